import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layout, type Layout } from "../../lab/layout";
import type { Topology } from "../../lab/nodes";
import { chosenTopology, keepTopology, keptTopology, type TopologyOptions } from "../../lab/topology";

const three: Topology = { nodes: 3, zones: 3 };

describe("the topology that a lab is asked for", () => {
    const chosen: readonly [TopologyOptions, Topology | undefined, Topology][] = [
        [{}, undefined, { nodes: 1, zones: 0 }],
        [{ nodes: "3" }, undefined, { nodes: 3, zones: 0 }],
        [{ nodes: "3", zones: "2" }, undefined, { nodes: 3, zones: 2 }],
        [{ nodes: "9", zones: "9" }, undefined, { nodes: 9, zones: 9 }],
        [{ zones: "1" }, undefined, { nodes: 1, zones: 1 }],
        [{}, three, three],
        [{ nodes: "3" }, three, three],
        [{ zones: "1" }, three, { nodes: 3, zones: 1 }],
    ];
    for (const [given, kept, expected] of chosen) {
        it(`${JSON.stringify(given)} of ${kept === undefined ? "a new lab" : JSON.stringify(kept)}`, () => {
            expect(chosenTopology("lab", given, kept)).to.deep.equal(expected);
        });
    }

    const allowedNodes = "must be a whole number from 1 to 9";
    const refused: readonly [TopologyOptions, Topology | undefined, string][] = [
        ...["0", "10", "-1", "2.5", "1e0", "many", ""].map((nodes): [TopologyOptions, undefined, string] => [
            { nodes },
            undefined,
            `--nodes: ${allowedNodes}, got "${nodes}"`,
        ]),
        [{ zones: "2" }, undefined, '--zones: must be 1, the number of nodes, got "2"'],
        [
            { nodes: "3", zones: "4" },
            undefined,
            '--zones: must be a whole number from 1 to 3, the number of nodes, got "4"',
        ],
        [
            { nodes: "3", zones: "0" },
            three,
            '--zones: must be a whole number from 1 to 3, the number of nodes, got "0"',
        ],
        [
            { nodes: "2", zones: "9" },
            three,
            "--nodes: must be 3, the number of nodes of the lab, got 2; to change it, remove the lab with lab/lab down " +
                "--name lab --wipe",
        ],
    ];
    for (const [given, kept, message] of refused) {
        it(`refuses ${JSON.stringify(given)} of ${kept === undefined ? "a new lab" : JSON.stringify(kept)}`, () => {
            expect(() => chosenTopology("lab", given, kept))
                .to.throw(Error)
                .with.property("message", message);
        });
    }
});

describe("the topology that a lab keeps", () => {
    let folder: string;
    const at = (topology: Topology): Layout => ({ ...layout("lab", 0, topology), folder, data: join(folder, "data") });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "topology-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is none before the lab is made, and then what it was made with", async () => {
        expect(keptTopology(at(three))).to.equal(undefined);
        await keepTopology(at(three));
        expect(keptTopology(at(three))).to.deep.equal(three);
        await keepTopology(at({ nodes: 3, zones: 2 }));
        expect(keptTopology(at(three))).to.deep.equal({ nodes: 3, zones: 2 });
    });

    it("is one node where a lab has data and says nothing", () => {
        mkdirSync(join(folder, "data"));
        expect(keptTopology(at(three))).to.deep.equal({ nodes: 1, zones: 0 });
    });

    it("stays where another start was faster, with another number of nodes", async () => {
        await keepTopology(at(three));
        const error = await keepTopology(at({ nodes: 2, zones: 0 })).catch((reason: unknown) => reason as Error);
        expect(error)
            .to.be.an("error")
            .with.property("message")
            .that.contains("--nodes: must be 3, the number of nodes of the lab, got 2");
        expect(keptTopology(at(three))).to.deep.equal(three);
        expect(readdirSync(folder)).to.deep.equal(["topology.json"]);
    });
});
