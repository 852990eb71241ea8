import { inspect } from "node:util";
import { z } from "zod";
import { Refusal } from "./refusal";

/** What a value must be, for the test and for the person who reads the error. */
export interface Rule<T> {
    /** Completes the sentence "it must be …". */
    readonly allowed: string;
    /** What else helps to find a value that is allowed, without a full stop. */
    readonly hint?: string;
    readonly schema: z.ZodType<T>;
}

/**
 * Checks a value.
 *
 * @param name of the setting, for the error
 * @param isSecret whether the error must not show the value. @default false
 * @throws Refusal with the name, what the value must be, and what it is
 */
export function check(name: string, { allowed, hint, schema }: Rule<unknown>, value: unknown, isSecret = false): void {
    if (hasPrototypeKey(value) || !schema.safeParse(value).success) {
        const more = hint === undefined ? "" : `; ${hint}`;
        throw new Refusal(`${name}: must be ${allowed}, got ${isSecret ? "[secret]" : shown(value)}${more}`);
    }
}

/** The schema of a record skips this key, which JSON can have. */
function hasPrototypeKey(value: unknown): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        (Object.hasOwn(value, "__proto__") || Object.values(value).some(hasPrototypeKey))
    );
}

/** As somebody writes it in config, as far as JSON has the value. */
function shown(value: unknown): string {
    const isOfJson = !["number", "bigint", "undefined"].includes(typeof value) || Number.isFinite(value);
    return isOfJson ? JSON.stringify(value) : inspect(value);
}

const either = new Intl.ListFormat("en", { type: "disjunction" });

/** true or false. */
export const truth: Rule<boolean> = { allowed: "true or false", schema: z.boolean() };

/** Any text. */
export const text: Rule<string> = { allowed: "a text", schema: z.string() };

/** A list of any texts. */
export const texts: Rule<readonly string[]> = { allowed: "a list of texts", schema: z.array(z.string()).readonly() };

/** A whole number in a range, both ends included. */
export function wholeNumber(from: number, to: number): Rule<number> {
    return { allowed: `a whole number from ${from} to ${to}`, schema: z.int().min(from).max(to) };
}

/** A number above one bound, and up to another. */
export function numberAbove(above: number, most: number): Rule<number> {
    return { allowed: `a number above ${above} and at most ${most}`, schema: z.number().gt(above).lte(most) };
}

/** One of a few words, of which "" may be one. */
export function oneOf<const T extends string>(...words: readonly T[]): Rule<T> {
    return {
        allowed: either.format(words.map((word) => (word === "" ? '""' : word))),
        schema: z.literal(words),
    };
}

/** Different values of one kind. */
export function list(what: string, item: z.ZodType<string>): Rule<readonly string[]> {
    return {
        allowed: `a list of different ${what}`,
        schema: z.array(item).refine(areDifferent).readonly(),
    };
}

/** Whether no item comes twice. */
export function areDifferent(items: readonly string[]): boolean {
    return new Set(items).size === items.length;
}

const imageHost = "[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\\d+)?";
const imageName = "[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*";
const imagePattern = new RegExp(
    `^(${imageHost}/)?${imageName}(/${imageName})*(:\\w[\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
);

/** A reference that a container runtime can parse, with or without registry, tag and digest. */
export const imageReference: Rule<string> = {
    allowed: "an image reference such as nginx:1.29",
    schema: z.string().regex(imagePattern),
};
