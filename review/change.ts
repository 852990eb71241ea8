/** One resource that a preview would change. */
export interface ResourceChange {
    readonly type: string;
    readonly name: string;
    /** Between two previews without a deployed stack a "change": only a cluster can tell an update from a replacement. */
    readonly operation: "create" | "import" | "update" | "replace" | "delete" | "change";
    readonly properties: readonly PropertyChange[];
    /** Properties that force a replacement; empty for other operations, and if the preview does not say why. */
    readonly reasons: readonly string[];
}

/** One property, with "[secret]" for a secret value and "[not known yet]" for one that the preview does not know. */
export interface PropertyChange {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
}

/** What a program asks of one resource. */
export interface Goal {
    readonly type: string;
    readonly name: string;
    /** With "[secret]" for each secret. */
    readonly inputs: unknown;
    /** Name of the provider that makes it; "default" if the program names none. */
    readonly provider: string;
}
