import { expect } from "chai";
import type { TrafficPolicy } from "../../review/policy/advice";
import type { StackResource } from "../../review/policy/stack";
import { stackOf } from "./policyObjects";

type Table = Readonly<Record<string, readonly StackResource[]>>;

/** What a policy says about a stack. */
export function messages<Settings extends object>(
    policy: TrafficPolicy<Settings>,
    resources: readonly StackResource[],
    settings: Settings,
): string[] {
    return policy.advise(stackOf(...resources), settings).map(({ message }) => message);
}

/** Tests that it says this, and nothing else, in two or three sentences. */
export function speaks(policy: TrafficPolicy, table: Readonly<Record<string, readonly [string, ...StackResource[]]>>) {
    for (const [name, [text, ...resources]] of Object.entries(table)) {
        it(`speaks of ${name}`, () => {
            const [message = "", ...more] = messages(policy, resources, {});
            expect(message).to.include(text);
            expect(message.match(/[.](?= [A-Z]|$)/g)).to.have.lengthOf.within(2, 3);
            expect(more).to.deep.equal([]);
        });
    }
}

/** Tests that it says nothing. */
export function isSilent(policy: TrafficPolicy, table: Table) {
    for (const [name, resources] of Object.entries(table)) {
        it(`is silent on ${name}`, () => {
            expect(messages(policy, resources, {})).to.deep.equal([]);
        });
    }
}
