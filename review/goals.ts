import { withoutContent } from "./secrets";
import type { Metadata } from "./events";
import type { Goal } from "./change";

/** What a program asks for in each of its own resources, by URN. */
export function goalsOf(all: readonly Metadata[]): Map<string, Goal> {
    return new Map(
        all.flatMap(({ op, urn, type, new: now, provider }): [string, Goal][] => {
            // The program neither makes nor deletes what it only looks up.
            if (now?.custom !== true || op.startsWith("read")) {
                return [];
            }
            const inputs = withoutContent(type, now.inputs ?? {});
            return [[urn, { type, name: nameIn(urn), inputs, provider: providerIn(provider) }]];
        }),
    );
}

/** The name of a default provider contains its version, which says nothing about the cluster. */
function providerIn(reference: string | null | undefined): string {
    const name = reference?.split("::").at(-2) ?? "default";
    return /^default(_|$)/.test(name) ? "default" : name;
}

/** The last part of a URN. */
export function nameIn(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}
