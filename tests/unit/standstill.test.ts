import { expect } from "chai";
import type { CollectInputs } from "../../components/jobLogs/inputs";
import { stageOf, Standstill } from "../../components/jobLogs/standstill";
import { done, probePod } from "./probedCluster";

const inputs = { clients: [{ name: "curl" }], shards: [2] } as unknown as CollectInputs;
const stage = (pod: object | undefined, requests = 0): number => stageOf([pod], inputs, requests);
const running = { running: {} };

describe("how far a probe is", () => {
    it("is further with each step of its pod, and with each request between two steps", () => {
        const stages = [
            stage(undefined),
            stage(probePod({}, { phase: "Pending" })),
            stage(probePod({}, { phase: "Pending", podIP: "10.244.0.9" })),
            stage(probePod({ resolver: running }, { podIP: "10.244.0.9" })),
            stage(probePod({ resolver: running, wait: running }, { podIP: "10.244.0.9" })),
            stage(probePod({ resolver: running, wait: done, curl: running }, { podIP: "10.244.0.9" })),
            stage(probePod({ resolver: running, wait: done, curl: running }, { podIP: "10.244.0.9" }), 1),
            stage(probePod({ resolver: running, wait: done, curl: running }, { podIP: "10.244.0.9" }), 2_000_000),
            stage(probePod({ resolver: running, wait: done, curl: done }, { podIP: "10.244.0.9" })),
            stage(probePod({ resolver: done, wait: done, curl: done }, { podIP: "10.244.0.9" })),
        ];
        expect(stages).to.deep.equal([...new Set(stages)].sort((a, b) => a - b));
    });

    it("does not hang on the containers of others", () => {
        const states = { resolver: running, wait: done, curl: running };
        expect(stage(probePod({ ...states, "istio-proxy": running }))).to.equal(stage(probePod(states)));
    });
});

describe("a standstill", () => {
    it("is noticed when nothing has come about for too long, and not sooner", () => {
        const standstill = new Standstill(10, 0);
        expect([0, 10_000, 10_001].map((now) => standstill.tooLong(5, now))).to.deep.equal([null, null, 10]);
    });

    it("is over with the next step, and is not with what was there before", () => {
        const standstill = new Standstill(10, 0);
        const seen = [1, 2, 1, 2, 1].map((at, i) => standstill.tooLong(at, i * 8_000));
        expect(seen).to.deep.equal([null, null, null, 16, 24]);
    });

    it("may be a quarter longer than what went before: a long run tells of itself more rarely", () => {
        const standstill = new Standstill(10, 0);
        expect(standstill.tooLong(1, 4_000_000)).to.equal(null);
        expect(standstill.tooLong(1, 5_010_000)).to.equal(null);
        expect(standstill.tooLong(1, 5_010_001)).to.equal(1010);
    });
});
