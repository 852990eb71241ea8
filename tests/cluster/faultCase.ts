import type { TestStack } from "./testStack";

/** Something that goes wrong while a stack is updated, and how that update must end. */
export interface FaultCase {
    readonly fault: string;
    /** "totals": every request is accounted for. Else what the row of the table says. */
    readonly outcome: "totals" | RegExp;
    /** Does it, in the middle of an update or around it. */
    readonly act: (stack: TestStack) => Promise<void>;
    readonly config?: Readonly<Record<string, unknown>>;
    /** Makes good again what a start of the lab does not. */
    readonly undo?: () => Promise<void>;
}
