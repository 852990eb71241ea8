import { expect } from "chai";
import { meshOf, type MeshedPod } from "../../split/theory/mesh";

const pod = (changes: Partial<MeshedPod> = {}): MeshedPod => ({
    ...{ containers: ["curl"], labels: {}, annotations: {} },
    ...changes,
});
const ambient = { "istio.io/dataplane-mode": "ambient" };

describe("the mesh of a run", () => {
    const rows: [what: string, pods: MeshedPod[], namespaceLabels: Record<string, string>, mesh: string | null][] = [
        ["none", [pod(), pod()], {}, null],
        ["Istio's, by a sidecar in one pod", [pod(), pod({ containers: ["istio-proxy", "nginx"] })], {}, "Istio"],
        ["Linkerd's, by a sidecar in one pod", [pod({ containers: ["curl", "linkerd-proxy"] })], {}, "Linkerd"],
        ["ambient, by a pod's label", [pod({ labels: ambient })], {}, "Istio's ambient mesh"],
        ["ambient, by its namespace", [pod()], ambient, "Istio's ambient mesh"],
        [
            "ambient, by what Istio wrote down",
            [pod({ annotations: { "ambient.istio.io/redirection": "enabled" } })],
            {},
            "Istio's ambient mesh",
        ],
        ["none, where every pod stays out", [pod({ labels: { "istio.io/dataplane-mode": "none" } })], ambient, null],
        ["none, where a container is only called alike", [pod({ containers: ["istio-proxy-test"] })], {}, null],
        [
            "none, where a container is called as what every object has",
            [pod({ containers: ["constructor"] })],
            {},
            null,
        ],
    ];
    for (const [what, pods, labels, mesh] of rows) {
        it(`is ${what}`, () => {
            expect(meshOf(pods, labels)).to.equal(mesh);
        });
    }
});
