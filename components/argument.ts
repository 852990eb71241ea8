import * as pulumi from "@pulumi/pulumi";

/** What is allowed for an argument, for the test and for the person who reads the error. */
export interface Rule<T> {
    readonly allowed: string;
    readonly test: (value: T) => boolean;
}

/** A whole number in a range, both ends included. */
export function wholeNumber(from: number, to: number): Rule<number> {
    return {
        allowed: `a whole number from ${from} to ${to}`,
        test: (value) => Number.isInteger(value) && value >= from && value <= to,
    };
}

/** A name that a Service and a namespace can have: an RFC 1035 label of at most `maxLength` characters. */
export function dnsLabel(maxLength: number): Rule<string> {
    return {
        allowed: `a DNS label: lower-case letters, digits and "-", a letter first, at most ${maxLength} characters`,
        test: (value) => value.length <= maxLength && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value),
    };
}

/** One of a few words. */
export function oneOf<T extends string>(...values: readonly T[]): Rule<T> {
    return { allowed: `one of ${values.join(", ")}`, test: (value) => values.includes(value) };
}

/** A reference that a container runtime can parse, with or without registry, tag and digest. */
export const imageReference: Rule<string> = {
    allowed: "an image reference such as nginx:1.29",
    test: (value) => /^[a-z0-9]([\w.\-/:]*\w)?(@sha256:[0-9a-f]{64})?$/.test(value),
};

/**
 * Checks one argument of a component before anything that needs it is registered.
 * A value that is known already is checked at once, an output when it resolves.
 *
 * @param name the argument's name, which is also its config key where config sets it
 * @throws pulumi.RunError with the argument, the value given and what is allowed
 */
export function checked<T>(name: string, input: pulumi.Input<T>, rule: Rule<T>): pulumi.Output<T> {
    const check = (value: T): T => {
        if (!rule.test(value)) {
            throw new pulumi.RunError(`${name}: ${JSON.stringify(value)} was given; allowed is ${rule.allowed}`);
        }
        return value;
    };
    if (!pulumi.Output.isInstance(input) && !(input instanceof Promise)) {
        check(input);
    }
    return (pulumi.output(input) as pulumi.Output<T>).apply(check);
}
