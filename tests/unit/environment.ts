/**
 * Sets variables of this process before each test of a suite, and puts them back after it.
 *
 * @param changes undefined removes one
 */
export function withEnvironment(changes: () => Readonly<Record<string, string | undefined>>): void {
    const saved: Record<string, string | undefined> = {};

    beforeEach(() => {
        for (const [name, value] of Object.entries(changes())) {
            saved[name] = process.env[name];
            setVariable(name, value);
        }
    });
    afterEach(() => {
        Object.entries(saved).forEach(([name, value]) => {
            setVariable(name, value);
        });
    });
}

function setVariable(name: string, value: string | undefined): void {
    if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
    } else {
        process.env[name] = value;
    }
}
