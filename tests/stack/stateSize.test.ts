import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { createRequire } from "node:module";
import { join } from "node:path";
import { clientKinds } from "../../components/settings/clients";
import type { DisruptedSeconds, DisruptionReport } from "../../split/measurement/disruption";
import type { Measurement } from "../../split/measurement/measurement";
import { runOf } from "../../split/verdict/run";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { largeMeasurement } from "../unit/pageAssessments";
import { defaultConfig } from "./defaultConfig";
import { bytesOf, up } from "./recordedStack";

const require_ = createRequire(__filename);
const program = join(__dirname, "../../index.ts");
const clients = clientKinds.flatMap(({ kind, counts }) => (counts ? [kind] : [kind, `${kind}-kept-alive`]));

/** What a disruption of both Services is told of, second by second. */
function disruptions(services: readonly { readonly name: string }[]): DisruptionReport[] {
    const seconds: DisruptedSeconds = {
        from: -30,
        stayed: Array<number>(61).fill(12),
        lost: Array<number>(61).fill(2),
        gained: Array<number>(61).fill(12),
        failed: Array<number>(61).fill(2),
    };
    const seen = { failed: 12, firstGained: 1.234, lastLost: 1.234, lastFailed: 12.345, slowestMs: 1234.567 };
    return services.map(({ name }) => ({
        service: name,
        kind: "scale",
        at: "2024-05-01T10:00:00.000Z",
        lost: [],
        gained: [],
        clients: clients.map((client) => ({ client, seconds, ...seen })),
    }));
}

describe("a stack's state", () => {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
    before(() => api.start());
    after(() => api.stop());

    const plain = largeMeasurement(100, clients.length);
    const runs: [what: string, measured: Measurement][] = [
        ["100 replicas and all clients at both Services", plain],
        ["the same with a disruption", { ...plain, disruptions: disruptions(plain.services) }],
    ];
    for (const [what, measured] of runs) {
        it(`is below 1 MiB with ${what}`, async () => {
            let outputs: Record<string, pulumi.Output<unknown>> = {};
            const config = {
                ...defaultConfig,
                "traffic-split:replicas": "100",
                "traffic-split:clients": JSON.stringify(clients),
                "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
            };
            Reflect.deleteProperty(require_.cache, program);
            const load = (): void => {
                outputs = require_(program) as typeof outputs;
            };
            const { errors, stateBytes } = await up(load, config, runOf(measured), measured);
            expect(errors).to.deep.equal([]);
            const values = Object.values(outputs).map((output) => new Promise((resolve) => output.apply(resolve)));
            const bytes = stateBytes + bytesOf(await Promise.all(values));
            expect(bytes).to.be.within(400_000, 1024 * 1024);
        });
    }
});
