import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { kubeconfigOf, KubernetesApi, type Answer } from "../unit/kubernetesApi";
import { up } from "./recordedStack";

const mine = { metadata: { annotations: { "traffic-split/owner": "traffic-split/test/split" } } };
const somebodys = { metadata: { annotations: {} } };
const another = { metadata: { annotations: { "traffic-split/owner": "traffic-split/other/split" } } };
const definitions = { kind: "APIResourceList", groupVersion: "cert-manager.io/v1", resources: [] };

const ownNamespace = "/api/v1/namespaces/traffic-split";
const certManager = "/api/v1/namespaces/cert-manager";
const resources = "/apis/cert-manager.io/v1";
const issuers = "/apis/cert-manager.io/v1/namespaces/default/issuers?dryRun=All";

/** What comes of an update on a cluster that answers so. */
async function upOn(answers: Record<string, Answer | Answer[]>, args: TrafficSplitArgs) {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" }, ...answers });
    await api.start();
    try {
        const { errors, resources: made } = await up(() => new TrafficSplit("split", args), {
            "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
        });
        return { errors, isMade: made.some(({ custom }) => custom), asked: api.count(issuers) };
    } finally {
        await api.stop();
    }
}

describe("a namespace that is there already", () => {
    for (const [whose, found] of [
        ["nobody's stack", somebodys],
        ["another stack", another],
    ] as const) {
        it(`is not taken over, and removed with the stack, where it is of ${whose}`, async () => {
            const { errors, isMade } = await upOn({ [ownNamespace]: found }, {});
            expect(errors).to.deep.equal([
                'namespace: "traffic-split" was given, which is there, and would be removed with the stack; allowed with ' +
                    "createNamespace is one that is not there yet, or that the stack made (annotation " +
                    "traffic-split/owner: traffic-split/test/split)",
            ]);
            expect(isMade).to.equal(false);
        });
    }

    for (const [what, found, args] of [
        ["that this stack made", mine, {}],
        ["that may not be read", 403, {}],
        ["that it is to use", somebodys, { createNamespace: false }],
    ] as const) {
        it(`is used where it is one ${what}`, async () => {
            expect(await upOn({ [ownNamespace]: found }, args)).to.deep.equal({ errors: [], isMade: true, asked: 0 });
        });
    }
});

describe("cert-manager in the cluster", () => {
    const theirs = { [certManager]: somebodys, [resources]: definitions };
    const refused: [what: string, answers: Record<string, Answer>, installCertManager: boolean, error: string][] = [
        [
            "somebody else's is not installed over",
            theirs,
            true,
            "true was given; allowed is false, as the cluster has cert-manager already, which would be removed with the stack",
        ],
        [
            "one of another name is not installed beside",
            { [resources]: definitions },
            true,
            "true was given; allowed is false, as the cluster has cert-manager already, which would be removed with the stack",
        ],
        [
            "its namespace alone is not taken over",
            { [certManager]: another },
            true,
            "true was given; allowed is false, as the cluster has the namespace cert-manager already, which would be removed with the stack",
        ],
        [
            "none is not used",
            {},
            false,
            "false was given; allowed is true, as the cluster has no cert-manager (cert-manager.io/v1)",
        ],
        [
            "the stack's own is not removed under its own certificates",
            { [certManager]: mine, [resources]: definitions },
            false,
            "false was given; allowed is true, as this stack installed the cluster's cert-manager, which would be removed under " +
                "the stack's own certificates",
        ],
    ];
    for (const [what, answers, installCertManager, error] of refused) {
        it(what, async () => {
            const { errors, isMade } = await upOn(answers, { tls: true, installCertManager });
            expect({ errors, isMade }).to.deep.equal({ errors: [`installCertManager: ${error}`], isMade: false });
        });
    }

    it("is installed where there is none, and kept where this stack installed it", async () => {
        for (const answers of [{}, { [certManager]: mine }, { [certManager]: mine, [resources]: definitions }]) {
            expect(await upOn(answers, { tls: true })).to.deep.equal({ errors: [], isMade: true, asked: 0 });
        }
    });

    it("is used when its webhook answers, or where nobody may ask", async () => {
        for (const [answers, asked] of [
            [[500, 500, { kind: "Issuer" }], 3],
            [[403], 1],
        ] as const) {
            const outcome = await upOn(
                { ...theirs, [issuers]: [...answers] },
                { tls: true, installCertManager: false },
            );
            expect(outcome).to.deep.equal({ errors: [], isMade: true, asked });
        }
    });

    it("is no matter without TLS", async () => {
        expect((await upOn(theirs, {})).errors).to.deep.equal([]);
    });
});
