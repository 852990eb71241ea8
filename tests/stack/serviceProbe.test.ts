import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ProbedService } from "../../components/probe/calledServices";
import { ServiceProbe, type ServiceProbeArgs } from "../../components/serviceProbe";
import { assess } from "../../split/verdict/assessment";
import { kubeconfigOf } from "../unit/kubernetesApi";
import { measured, preview, up } from "./recordedStack";
import { onlyOf } from "./registrations";

const checkout: ProbedService = {
    name: "checkout",
    kind: "ClusterIP",
    internalTrafficPolicy: "Cluster",
    publishNotReadyAddresses: false,
    nodePort: null,
    pod: null,
};
const args: ServiceProbeArgs = {
    namespace: "shop",
    owner: { id: "owner-1", stack: "organization/shop/dev/probe" },
    services: [checkout],
    port: 8080,
    selector: { app: "checkout" },
    endpoints: 3,
    clients: ["curl"],
};
const make = (changes: Partial<ServiceProbeArgs> = {}) => new ServiceProbe("probe", { ...args, ...changes });

describe("a probe of any Service", () => {
    it("calls the Service by its name and port, and reads who is behind it by labels of its pods", async () => {
        const { resources, errors } = await preview(() => make());
        expect(errors).to.deep.equal([]);
        const { containers } = onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec;
        expect(containers.map(({ name, command }) => [name, ...command.slice(-2)])).to.deep.equal([
            ["curl", "8080", "checkout"],
        ]);
        const logs = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
        expect(logs).to.deep.include({
            selector: { app: "checkout" },
            services: [{ name: "checkout", kind: "ClusterIP", service: "checkout" }],
            disruption: null,
        });
    });

    it("calls ports of nodes and pods besides, after the Services", async () => {
        const peers: ProbedService = { ...checkout, name: "peers", kind: "headless", pod: "peers-0" };
        const services = [peers, { ...checkout, nodePort: 30080 }];
        const { resources } = await preview(() => make({ services }));
        const { command } = onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec.containers[0] ?? {};
        expect(command?.slice(-4)).to.deep.equal([
            "peers",
            "checkout",
            "checkout-nodeport=$(NODE_ADDRESS):30080",
            "peers-0=peers-0.peers:8080",
        ]);
    });

    it("has the measurement, judged and compared", async () => {
        const seen: unknown[] = [];
        const program = () => {
            const { measurement, assessment, comparison } = make({ falseAlarmRate: 0.01 });
            pulumi.all([measurement, assessment, comparison]).apply((each) => seen.push(...each));
        };
        const { errors } = await up(program, { "kubernetes:kubeconfig": kubeconfigOf({ test: "http://127.0.0.1:1" }) });
        expect(errors).to.deep.equal([]);
        expect(seen).to.deep.equal([measured, assess(measured, { falseAlarmRate: 0.01 }), null]);
    });

    const refused: [what: string, changes: Partial<ServiceProbeArgs>, message: RegExp][] = [
        ["a setting that is not allowed", { rate: -1 }, /^rate: must be a whole number from 0 to 100000, got -1$/],
        ["a condition that can't be read", { require: ["fair"] }, /^require: must be .*, got "fair"$/],
        [
            "a condition on a Service that it does not call",
            { require: ["cart: even"] },
            /^require: must name one of the Services checkout, got "cart: even"$/,
        ],
        [
            "more requests than its logs can hold",
            { requests: 10_001 },
            /^requests: must be at most 10000 with curl, got 10001; /,
        ],
        [
            "no number of endpoints",
            { endpoints: Number.NaN },
            /^endpoints: must be a whole number from 1 to 1000, got NaN$/,
        ],
        [
            "a number as text",
            { endpoints: "3" as unknown as number },
            /^endpoints: must be a whole number from 1 to 1000, got "3"$/,
        ],
        ["a port that is none", { port: 0 }, /^port: must be a whole number from 1 to 65535, got 0$/],
        [
            "a port that is none and known only later",
            { port: pulumi.output(Promise.resolve(0)) },
            /^port: must be a whole number from 1 to 65535, got 0$/,
        ],
        ["no Service", { services: [] }, /^services: must be one or more Services with different names, got \[\]; /],
        [
            "a Service twice",
            { services: [checkout, checkout] },
            /^services: must be one or more Services with different names, got /,
        ],
        [
            "a disruption that there is not",
            { disruption: { kind: "explode" as "scale", deployment: "checkout", uid: "uid-1", replicas: 3 } },
            /^disruption: must be none, kill-one-pod, rolling-restart, or scale, got "explode"$/,
        ],
        [
            "a disruption without a rate",
            { disruption: { kind: "scale", deployment: "checkout", uid: "uid-1", replicas: 3 } },
            /^rate: /,
        ],
        [
            "clients that are known only later",
            { clients: pulumi.output(["curl"]) as unknown as string[] },
            /^clients: must be a plain value, got an output; it decides which resources there are$/,
        ],
        [
            "the same for a number of endpoints that is known only later",
            { requests: 10_001, endpoints: pulumi.output(Promise.resolve(3)) },
            /^requests: must be at most 10000 with curl, got 10001; /,
        ],
    ];
    for (const [what, changes, message] of refused) {
        it(`refuses ${what}, before there is a Job`, async () => {
            const { errors, resources } = await preview(() => make(changes));
            expect(errors).to.have.length(1);
            expect(errors[0]).to.match(message);
            expect(resources.filter(({ type }) => type === "kubernetes:batch/v1:Job")).to.deep.equal([]);
        });
    }
});
