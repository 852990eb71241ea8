import { samePlace, type Place } from "./place";
import { all, at, equals, type Value } from "./value";

/** The smallest and the largest number of pods. */
export interface Count {
    readonly least: number;
    readonly most: number;
}

/** A HorizontalPodAutoscaler. */
export interface Autoscaler {
    readonly place: Place;
    readonly spec: Value;
}

interface Workload {
    readonly kind: string;
    readonly objectName: Value;
    readonly place: Place;
    readonly props: Value;
}

/**
 * How many pods a workload will have: as many as it declares, 1 by default, or as its HorizontalPodAutoscaler allows.
 *
 * @returns undefined if the stack doesn't say: the value is not known yet, or depends on the number of nodes
 */
export function podCount(
    { kind, objectName, place, props }: Workload,
    autoscalers: readonly Autoscaler[],
): Count | undefined {
    const declared = declaredCount(kind, at(props, "spec"));
    if (declared?.most === 0) {
        // An autoscaler does not change a workload that is scaled to zero.
        return declared;
    }
    for (const autoscaler of autoscalers) {
        const target = at(autoscaler.spec, "scaleTargetRef");
        const scales = all([
            samePlace(autoscaler.place, place),
            equals(at(target, "kind"), kind),
            equals(at(target, "name"), objectName),
        ]);
        if (scales !== "no") {
            return scales === "yes" ? allowedCount(autoscaler.spec) : undefined;
        }
    }
    return declared;
}

function declaredCount(kind: string, spec: Value): Count | undefined {
    switch (kind) {
        case "DaemonSet":
            return undefined;
        case "Pod":
            return exactly(1);
        case "Job":
            return exactly(at(spec, "parallelism") ?? 1);
        case "CronJob":
            return exactly(at(spec, "jobTemplate", "spec", "parallelism") ?? 1);
        default:
            return exactly(at(spec, "replicas") ?? 1);
    }
}

function allowedCount(spec: Value): Count | undefined {
    const least = at(spec, "minReplicas") ?? 1;
    const most = at(spec, "maxReplicas");
    return typeof least === "number" && typeof most === "number" ? { least, most } : undefined;
}

function exactly(count: Value): Count | undefined {
    return typeof count === "number" ? { least: count, most: count } : undefined;
}

/** The pods of several workloads; those that the stack doesn't count add none. */
export function totalCount(counts: readonly (Count | undefined)[]): Count {
    const total = (of: (count: Count) => number): number =>
        counts.reduce((sum, count) => sum + (count === undefined ? 0 : of(count)), 0);
    return { least: total(({ least }) => least), most: total(({ most }) => most) };
}
