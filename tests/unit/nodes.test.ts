import { expect } from "chai";
import { layout } from "../../lab/layout";
import { maxNodes, type Topology } from "../../lab/nodes";

const zoneLabel = "topology.kubernetes.io/zone";

function lab(nodes: number, zones = 0) {
    return layout("lab", 5, { nodes, zones });
}

describe("the nodes of a lab", () => {
    it("are one, with the lab's own name, folders and range, where nothing else is asked for", () => {
        const { folder, etc, run, data, cgroup, range, hostAddress, nodes } = layout("lab", 0);
        expect([range, hostAddress]).to.deep.equal(["10.41.0.0/30", "10.41.0.1"]);
        const own = { number: 1, name: "lab", etc, run, data, netns: "traffic-split-lab", cgroup };
        expect(nodes).to.deep.equal([{ ...own, address: "10.41.0.2", podRange: "10.42.0.0/24", labels: {} }]);
        expect([etc, run, data]).to.deep.equal(["etc", "run", "data"].map((name) => `${folder}/${name}`));
    });

    it("have addresses in the link's range beside the machine's, and a /24 each for their pods", () => {
        const { range, nodes } = lab(3);
        expect(range).to.equal("10.41.5.0/28");
        expect(nodes.map(({ name, address, podRange }) => [name, address, podRange])).to.deep.equal([
            ["lab", "10.41.5.2", "10.42.0.0/24"],
            ["lab-2", "10.41.5.3", "10.42.1.0/24"],
            ["lab-3", "10.41.5.4", "10.42.2.0/24"],
        ]);
    });

    it("share nothing that is one node's own, and lie in the lab's folder and cgroup", () => {
        const { nodes, folder, cgroup } = lab(maxNodes);
        for (const key of ["name", "etc", "run", "data", "netns", "cgroup", "address", "podRange"] as const) {
            expect(new Set(nodes.map((node) => node[key])), key).to.have.lengthOf(maxNodes);
        }
        for (const node of nodes) {
            expect(`${node.data}/`).to.match(new RegExp(`^${folder}/`));
            expect(`${node.cgroup}/`).to.match(new RegExp(`^${cgroup}/`));
            // A /28 ends with .15, for broadcast.
            expect(Number(node.address.split(".")[3])).to.be.within(2, 14);
        }
    });

    it("have the same names for the first node whatever their number", () => {
        expect(lab(3).controlPlane).to.deep.equal(lab(1).controlPlane);
    });

    const spread: readonly [Topology, readonly string[]][] = [
        [{ nodes: 1, zones: 1 }, ["zone-a"]],
        [{ nodes: 3, zones: 3 }, ["zone-a", "zone-b", "zone-c"]],
        [{ nodes: 5, zones: 2 }, ["zone-a", "zone-b", "zone-a", "zone-b", "zone-a"]],
        [{ nodes: 3, zones: 1 }, ["zone-a", "zone-a", "zone-a"]],
    ];
    for (const [{ nodes, zones }, expected] of spread) {
        it(`take turns over zones: ${nodes} nodes, ${zones} zones`, () => {
            const labels = lab(nodes, zones).nodes.map((node) => node.labels);
            expect(labels.map((each) => each[zoneLabel])).to.deep.equal(expected);
            expect(new Set(labels.map((each) => each["topology.kubernetes.io/region"]))).to.have.lengthOf(1);
        });
    }

    it("have no labels of their own without zones", () => {
        expect(lab(3).nodes.map(({ labels }) => labels)).to.deep.equal([{}, {}, {}]);
    });
});
