import type { V1Pod } from "@kubernetes/client-node";
import { isIPv4 } from "node:net";
import type { ChangedPod, DisruptionEvent } from "../../split/measurement/disruption";
import { patiently, type Api } from "./api";
import { kill, mostMissed, restart, restore, double, type Disruption } from "./disruptions";
import { selectorOf, type CollectInputs } from "./inputs";
import { clientProgress, countedLately, type Progress } from "./progress";

/** Part of its requests to a Service that each client should have sent before a disruption, to see the time before. */
const begun = 0.1;
/** Part that the fastest client may have sent while others, held up by the last disruption, have not begun. */
const late = 0.75;

/** A client in one of the probe's pods. */
interface Asked {
    readonly probe: V1Pod;
    readonly name: string;
}

/** When a pod was first seen, and seen to be gone, in milliseconds since 1970 by the clock of the probe's node. */
interface SeenPod {
    readonly pod: V1Pod;
    readonly seen: number;
    readonly gone: number | null;
}

/**
 * Disrupts the pods once for each Service, when every client is in the middle of its requests to it, and notes which
 * pods come and go. It has to be asked to look again and again while the probe runs.
 */
export class Disruptor {
    private readonly events: { before: ReadonlySet<string>; at: number; lag: number }[] = [];
    /** By name, all pods that were ever there. */
    private readonly pods = new Map<string, SeenPod>();
    private isChanged = false;
    /** Whether it was time, and there was no pod to kill. */
    private isWithoutVictim = false;
    /** When any client's newest line was written, at the last look. */
    private newest = 0;

    constructor(
        private readonly api: Api,
        private readonly inputs: CollectInputs,
        private readonly plan: Disruption,
    ) {}

    /** @throws Error where a client is done with a Service before its pods were disrupted */
    async look(probes: readonly V1Pod[]): Promise<void> {
        const service = this.events.length;
        await this.notePods();
        const { clients: all, shards } = this.inputs;
        const asked = probes.flatMap((probe, i) => all.map(({ name }) => ({ probe, name, requests: shards[i] ?? 0 })));
        const clients = await Promise.all(asked.map(({ probe, name }) => clientProgress(this.api, probe, name)));
        const share = clients.map(({ done }, i) => done / (asked[i]?.requests ?? 0) - service);
        if (this.isChanged && share.every((each) => each >= 0)) {
            await this.restore();
        }
        // The timestamp of the newest line is the best reading of the node's clock.
        const newest = Math.max(...clients.map(({ at }) => at));
        const isFresh = newest > this.newest;
        this.newest = newest;
        const isTime = isFresh && (share.every((each) => each >= begun) || share.some((each) => each >= late));
        if (service === this.inputs.services.length || !isTime) {
            return;
        }
        const early = asked.find((_, i) => (share[i] ?? 0) >= 1);
        if (early !== undefined) {
            throw new Error(this.tooShort(`${early.name} was done with`, service));
        }
        await this.disrupt(asked, clients);
    }

    /** Undoes a disruption that lasts, however the probe ended. */
    async restore(): Promise<void> {
        if (this.isChanged) {
            await restore(this.api, this.inputs.namespace, this.plan);
            this.isChanged = false;
        }
    }

    /** @throws Error where a Service was not disrupted before the probe ended */
    async report(): Promise<DisruptionEvent[]> {
        await this.notePods();
        if (this.events.length < this.inputs.services.length) {
            throw new Error(this.tooShort("the probe was done with", this.events.length));
        }
        return this.events.map(({ before, at }, i) => {
            const end = this.events[i + 1]?.at ?? Infinity;
            const known = [...this.pods.values()];
            const isFrom = (time: number | null): boolean => time !== null && time >= at && time < end;
            return {
                kind: this.plan.kind,
                at: new Date(at).toISOString(),
                lost: known.filter(({ pod, gone }) => before.has(nameOf(pod)) && isFrom(gone)).map(changed),
                gained: known.filter(({ seen }) => isFrom(seen)).map(changed),
            };
        });
    }

    private async disrupt(asked: readonly Asked[], clients: readonly Progress[]): Promise<void> {
        const there = [...this.pods.values()].filter(({ gone }) => gone === null).map(({ pod }) => pod);
        const act = await this.action(there, asked, clients);
        this.isWithoutVictim = act === null;
        if (act === null) {
            return;
        }
        const started = Date.now();
        const read = Math.max(...clients.map((each) => each.read));
        await act();
        const at = this.newest + (started - read);
        this.events.push({ before: new Set(there.map(nameOf)), at, lag: started - at });
        console.log(`${this.plan.kind} while ${this.inputs.services[this.events.length - 1]?.name} is called`);
    }

    /** The disruption to make now; null where there is no pod to disrupt. */
    private async action(
        there: readonly V1Pod[],
        asked: readonly Asked[],
        clients: readonly Progress[],
    ): Promise<(() => Promise<void>) | null> {
        const { api, plan, selector } = this;
        const { namespace } = this.inputs;
        switch (plan.kind) {
            case "kill-one-pod": {
                const hits = await this.hits(asked, clients);
                const victim = await mostMissed(api, { namespace, selector, uid: plan.uid }, there, hits);
                return victim === undefined ? null : () => kill(api, victim);
            }
            case "rolling-restart":
                return () => restart(api, namespace, plan);
            case "scale":
                return () => {
                    // Noted before the call, whose answer may be lost although it had an effect.
                    this.isChanged = true;
                    return double(api, namespace, plan);
                };
        }
    }

    /** How often each pod answered lately. */
    private async hits(asked: readonly Asked[], clients: readonly Progress[]): Promise<ReadonlyMap<string, number>> {
        const answers = asked.map(async ({ probe, name }, i): Promise<[string, number][]> => {
            const pods = clients[i]?.pods ?? null;
            return pods === null ? await countedLately(this.api, probe, name) : pods.map((pod) => [pod, 1]);
        });
        const hits = new Map<string, number>();
        for (const [pod, count] of (await Promise.all(answers)).flat()) {
            hits.set(pod, (hits.get(pod) ?? 0) + count);
        }
        return hits;
    }

    private get selector(): string {
        return selectorOf(this.inputs);
    }

    private async notePods(): Promise<void> {
        const { namespace } = this.inputs;
        const list = { namespace, labelSelector: this.selector };
        const { items } = await patiently(() => this.api.core.listNamespacedPod(list));
        const there = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
        const now = Date.now() - (this.events.at(-1)?.lag ?? 0);
        for (const pod of there) {
            const seen = this.pods.get(nameOf(pod))?.seen ?? (this.events.length === 0 ? -Infinity : now);
            this.pods.set(nameOf(pod), { pod, seen, gone: null });
        }
        for (const [name, known] of this.pods) {
            if (known.gone === null && !there.some((pod) => nameOf(pod) === name)) {
                this.pods.set(name, { ...known, gone: now });
            }
        }
    }

    private tooShort(who: string, service: number): string {
        const { shards, services } = this.inputs;
        const requests = shards.reduce((sum, each) => sum + each, 0);
        const done = `disruption ${this.plan.kind}: ${who} its ${requests} requests to ${services[service]?.name}`;
        return this.isWithoutVictim
            ? `${done}, and no pod of Deployment ${this.inputs.namespace}/${this.plan.deployment} was there to kill`
            : `${done} before there was time for it: a lower rate, or more requests, give more`;
    }
}

function nameOf({ metadata }: V1Pod): string {
    return metadata?.name ?? "";
}

function changed({ pod, gone }: SeenPod): ChangedPod {
    const ready = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
    return {
        name: nameOf(pod),
        address: pod.status?.podIPs?.find(({ ip }) => isIPv4(ip))?.ip ?? null,
        ready: ready?.lastTransitionTime?.toISOString() ?? null,
        gone: gone === null ? null : new Date(gone).toISOString(),
    };
}
