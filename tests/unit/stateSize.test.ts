import { expect } from "chai";
import { checkedSize } from "../../components/combinations";
import { probeClients } from "../../components/clients";
import { largeRun } from "./pageAssessments";

const kinds = ["curl", "curl-musl", "go", "node", "python", "round-robin"];
const names = [...kinds.flatMap((kind) => [kind, `${kind}-kept-alive`]), "load"];

function isAllowed(replicas: number, clients: number, parallelism: number, services: number): boolean {
    try {
        checkedSize({ replicas, requests: 300, parallelism, clients: probeClients(names.slice(0, clients)), services });
        return true;
    } catch {
        return false;
    }
}

describe("what a stack's state is told of a run", () => {
    for (const [replicas, clients, called] of [
        [1, 1, 2],
        [3, 1, 2],
        [100, 1, 2],
        [65, 2, 2],
        [41, 3, 2],
        [30, 4, 2],
        [3, 7, 2],
        [6, 12, 2],
        [1, 13, 2],
        [5, 13, 2],
        [88, 1, 3],
        [8, 7, 3],
        [2, 12, 3],
        [65, 1, 4],
        [5, 7, 4],
        [1, 13, 4],
    ] as const) {
        // prettier-ignore
        it(`is below 64 KiB with ${replicas} pods, ${clients} clients, ${called} Services, and as many pods of the probe as are allowed`, () => {
            const shards = Array.from({ length: 20 }, (_, i) => i + 1).filter((i) => isAllowed(replicas, clients, i, called));
            expect(shards).to.not.be.empty;
            const { services, probes } = largeRun(replicas, clients, shards.at(-1), called);
            expect(JSON.stringify([services, probes]).length).to.be.below(64 * 1024);
        });
    }
});
