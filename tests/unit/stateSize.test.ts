import { expect } from "chai";
import { checkedSize } from "../../components/argument";
import { probeClients } from "../../components/clients";
import { largeRun } from "./pageAssessments";

const names = ["curl", "curl-musl", "go", "node", "python", "round-robin"].flatMap((kind) => [
    kind,
    `${kind}-kept-alive`,
]);

function isAllowed(replicas: number, clients: number, parallelism: number): boolean {
    try {
        checkedSize({ replicas, requests: 300, parallelism, clients: probeClients(names.slice(0, clients)) });
        return true;
    } catch {
        return false;
    }
}

describe("what a stack's state is told of a run", () => {
    for (const [replicas, clients] of [
        [1, 1],
        [3, 1],
        [100, 1],
        [50, 2],
        [33, 3],
        [20, 4],
        [3, 7],
        [8, 12],
        [1, 12],
    ] as const) {
        // prettier-ignore
        it(`is below 64 KiB with ${replicas} pods, ${clients} clients, and as many pods of the probe as are allowed`, () => {
            const shards = Array.from({ length: 20 }, (_, i) => i + 1).filter((i) => isAllowed(replicas, clients, i));
            const { services, probes } = largeRun(replicas, clients, shards.at(-1));
            // Messages of errors have a limit of their own.
            const told = services.map((each) => ({ ...each, clients: each.clients.map((one) => ({ ...one, errors: {} })) }));
            expect(JSON.stringify([told, probes]).length).to.be.below(64 * 1024);
        });
    }
});
