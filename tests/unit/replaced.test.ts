import { expect } from "chai";
import { replacedSince, type PresentPod } from "../../split/measurement/replacedPods";

const start = "2024-05-01T10:00:00.000Z";
const pod = (name: string, created: string | null = "2024-05-01T09:59:30.000Z"): PresentPod => ({
    ...{ name, created, family: "nginx-7d9c5b-" },
});

describe("pods that came or went since the Job's start", () => {
    const rows: [what: string, present: PresentPod[], answered: string[], sentences: string[]][] = [
        ["none, where all were there", [pod("nginx-7d9c5b-a")], ["nginx-7d9c5b-a"], []],
        ["none of whom it is not known when they came", [pod("nginx-7d9c5b-a", null)], [], []],
        ["none that came in the same second", [pod("nginx-7d9c5b-a", start)], [], []],
        [
            "one that came later, whoever answered",
            [pod("nginx-7d9c5b-a"), pod("nginx-7d9c5b-b", "2024-05-01T10:00:01.000Z")],
            ["nginx-7d9c5b-a"],
            ["nginx-7d9c5b-b was created after the Job's start."],
        ],
        [
            "one that answered and is gone, once",
            [pod("nginx-7d9c5b-a")],
            ["nginx-7d9c5b-a", "nginx-7d9c5b-c", "nginx-7d9c5b-c"],
            ["nginx-7d9c5b-c answered and is gone."],
        ],
        ["no stranger that answered: it contradicts", [pod("nginx-7d9c5b-a")], ["apache-0"], []],
        ["no stranger, where pods are of no ReplicaSet", [{ ...pod("a"), family: null }], ["ab"], []],
    ];
    for (const [what, present, answered, sentences] of rows) {
        it(`are ${what}`, () => {
            expect(replacedSince(start, present, answered)).to.deep.equal(sentences);
        });
    }
});
