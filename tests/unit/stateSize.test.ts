import { expect } from "chai";
import { checkedSize } from "../../components/preflight/combinations";
import { probeClients } from "../../components/settings/clients";
import type { DisruptedSeconds, DisruptionReport } from "../../split/measurement/disruption";
import { largeRun } from "./pageAssessments";

const kinds = ["curl", "curl-musl", "go", "node", "python", "round-robin"];
const names = [...kinds.flatMap((kind) => [kind, `${kind}-kept-alive`]), "load"];

type Size = Omit<Parameters<typeof checkedSize>[0], "clients" | "requests">;

function isAllowed(size: Size, clients: number): boolean {
    try {
        checkedSize({ ...size, requests: 300, clients: probeClients(names.slice(0, clients)) });
        return true;
    } catch {
        return false;
    }
}

/** The most of what is counted from 1 on that is allowed, 0 where nothing is. */
function mostOf(upTo: number, isSo: (each: number) => boolean): number {
    return Array.from({ length: upTo }, (_, i) => i + 1).findLast(isSo) ?? 0;
}

/** What a disruption is told of, where it is told of all seconds. */
function disrupted(services: number, clients: number): DisruptionReport[] {
    const seconds: DisruptedSeconds = {
        from: -30,
        ...{ stayed: Array<number>(61).fill(12), lost: Array<number>(61).fill(2) },
        ...{ gained: Array<number>(61).fill(12), failed: Array<number>(61).fill(2) },
    };
    const told = { failed: 12, firstGained: 1.234, lastLost: 1.234, lastFailed: 12.345, slowestMs: 1234.567 };
    const at = "2024-05-01T10:00:00.000Z";
    return Array.from({ length: services }, () => ({
        ...{ service: "nginxclusterip-nodeport", kind: "scale", at, lost: [], gained: [] },
        clients: Array.from({ length: clients }, () => ({ client: "round-robin-kept-alive", seconds, ...told })),
    }));
}

describe("what a stack's state is told of a run", () => {
    for (const [clients, services] of [
        ...([1, 2, 3, 4, 7, 12, 13] as const).map((each) => [each, 2] as const),
        ...([1, 7, 12] as const).map((each) => [each, 3] as const),
        ...([1, 4, 8] as const).map((each) => [each, 4] as const),
    ]) {
        for (const disruption of ["none", "scale"] as const) {
            const size = { services, disruption, parallelism: 1 };
            const most = mostOf(100, (replicas) => isAllowed({ ...size, replicas }, clients));
            for (const replicas of new Set([Math.min(3, most), most].filter((each) => each > 0))) {
                const shards = mostOf(20, (parallelism) => isAllowed({ ...size, replicas, parallelism }, clients));
                const what = `${clients} clients, ${services} Services, ${replicas} pods, ${shards} of the probe`;
                it(`is below 64 KiB with ${what}, and disruption ${disruption}`, () => {
                    const run = largeRun(replicas, clients, shards, services);
                    const disruptions = disruption === "none" ? [] : disrupted(services, clients);
                    const { services: told, probes } = run;
                    expect(JSON.stringify([told, probes, disruptions]).length).to.be.below(64 * 1024);
                });
            }
        }
    }

    it("may be of every client at both Services, and of the clients of the lab's stack at twice as many", () => {
        expect(isAllowed({ replicas: 3, parallelism: 1 }, 13)).to.equal(true);
        expect(isAllowed({ replicas: 3, parallelism: 1, services: 4 }, 7)).to.equal(true);
    });
});
