import { expect } from "chai";
import { failedRequests, largestShare, podsReached } from "../../split/verdict/stackOutputs";
import type { MeasuredService } from "../../split/measurement/measurement";
import { client, clusterIP, headless, measurement } from "./measurements";

interface Row {
    readonly services: MeasuredService[];
    readonly reached: [headless: number, clusterIP: number];
    readonly largest: [headless: number | null, clusterIP: number | null];
    readonly failed: number;
}

const table: Record<string, Row> = {
    "no Service": { services: [], reached: [0, 0], largest: [null, null], failed: 0 },
    "a Service that no client called": { services: [headless()], reached: [0, 0], largest: [null, null], failed: 0 },
    "one pod of the headless, three of the ClusterIP Service": {
        services: [headless(client({ a: 10 })), clusterIP(client({ a: 5, b: 3, c: 2 }))],
        reached: [1, 3],
        largest: [1, 0.5],
        failed: 0,
    },
    "two clients that reached different pods": {
        services: [headless(client({ a: 10 }), client({ b: 9, a: 1 }))],
        reached: [2, 0],
        largest: [1, null],
        failed: 0,
    },
    "failures here and there": {
        services: [
            headless(client({ a: 1 }, { "HTTP 503": 2, "curl (7): no": 1 })),
            clusterIP(client({ b: 2 }, { x: 4 })),
        ],
        reached: [1, 1],
        largest: [1, 1],
        failed: 7,
    },
    "no answer at all": {
        services: [headless(client({}, { "HTTP 503": 10 }))],
        reached: [0, 0],
        largest: [null, null],
        failed: 10,
    },
};

describe("the scalars of a measurement", () => {
    for (const [name, { services, reached, largest, failed }] of Object.entries(table)) {
        it(`are right for ${name}`, () => {
            const measured = measurement([], services);
            expect([podsReached(measured, "headless"), podsReached(measured, "ClusterIP")]).to.deep.equal(reached);
            expect([largestShare(measured, "headless"), largestShare(measured, "ClusterIP")]).to.deep.equal(largest);
            expect(failedRequests(measured)).to.equal(failed);
        });
    }
});
