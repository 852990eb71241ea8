import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A key of the stack's config. */
export interface Key {
    readonly type: string;
    readonly default: unknown;
    readonly description: string;
}

/** The keys that Pulumi.yaml declares. */
export const { config: keys } = parse(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8")) as {
    config: Record<string, Key>;
};

/** Config as Pulumi hands it to the program: each key of the project's own with its default, as text. */
export const defaultConfig = Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [`traffic-split:${key}`, textOf(value.default)]),
);

function textOf(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
