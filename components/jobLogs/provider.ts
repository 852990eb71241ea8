import type { dynamic } from "@pulumi/pulumi";
import type { Measurement } from "../../split/measurement/measurement";
import type { Run } from "../../split/verdict/run";
import type { Collected, CollectInputs } from "./inputs";
import { packed, unpacked } from "./packed";

/**
 * The dynamic provider, by the name at which Pulumi looks for it in a resource's `__provider`. A new Job is an update,
 * not a replacement: only an update gets the outputs of the run before.
 */
export function handler(): dynamic.ResourceProvider<CollectInputs, Collected> {
    return {
        async create(inputs) {
            return { id: inputs.jobUid, outs: { ...inputs, measurement: packed(await read(inputs)), previous: null } };
        },
        async update(_id, olds, news) {
            const previous = await runLeftBy(olds.measurement);
            return { outs: { ...news, measurement: packed(await read(news)), previous } };
        },
        diff: (_id, olds, news) => Promise.resolve({ changes: olds.jobUid !== news.jobUid }),
        delete: () => Promise.resolve(),
    };
}

/** The run in a state; null where another version of this project wrote it, with which no comparison is made. */
async function runLeftBy(held: unknown): Promise<Run | null> {
    const { measurement } = await import("../../split/measurement/measurement.js");
    const { runOf } = await import("../../split/verdict/run.js");
    const left = measurement.safeParse(typeof held === "string" ? unpacked(held) : held);
    return left.success ? runOf(left.data) : null;
}

/** Loads the client of the Kubernetes API only to read: a diff and a delete do without it. */
async function read(inputs: CollectInputs): Promise<Measurement> {
    const { collect } = await import("./collector.js");
    return collect(inputs);
}
