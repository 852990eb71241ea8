import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { ownerOfSplit, preview, stackOfSplit } from "./recordedStack";
import { allOf, onlyOf, type Inputs, type Registered } from "./registrations";

const args: TrafficSplitArgs = { namespace: "shop", name: "web", clients: ["curl", "load"], tls: true };

async function resourcesOf(changes: TrafficSplitArgs = {}): Promise<readonly Registered[]> {
    const { resources, errors } = await preview(() => new TrafficSplit("split", { ...args, ...changes }));
    expect(errors).to.deep.equal([]);
    return resources;
}

const ofCertManager = "kubernetes:cert-manager.io/v1:";
const installation = "kubernetes-cert-manager:index:CertManager";

/** Those that a resource waits for, and those that they wait for, and so on. */
function allBefore(resources: readonly Registered[], { dependencies }: Registered): Set<string> {
    const found = resources.filter(({ urn }) => dependencies.includes(urn));
    return new Set(found.flatMap((each) => [each.name, ...allBefore(resources, each)]));
}

describe("the stack with tls", () => {
    let resources: readonly Registered[];
    before(async () => {
        resources = await resourcesOf();
    });

    const named = (name: string): Registered => {
        const found = resources.find((each) => each.name === name);
        if (found === undefined) {
            throw new Error(`there is no ${name}`);
        }
        return found;
    };
    const specOf = (name: string): Inputs => named(name).inputs["spec"] as Inputs;

    it("installs cert-manager, of one version and name, and all of it in a namespace that goes with the stack", () => {
        const namespace = "cert-manager";
        expect(named("split-certificate-cert-manager-namespace").inputs["metadata"]).to.deep.equal({
            name: namespace,
            labels: { "traffic-split/owner": ownerOfSplit },
            annotations: { "traffic-split/stack": stackOfSplit },
        });
        expect(named("split-certificate-cert-manager").inputs).to.deep.equal({
            installCRDs: true,
            global: { leaderElection: { namespace } },
            startupapicheck: { enabled: true },
            helmOptions: { name: "cert-manager", namespace, version: "v1.11.5" },
        });
    });

    it("makes each object of cert-manager's when the one before is ready, and pods when all are", () => {
        const prefix = "split-certificate";
        const order = ["cert-manager", "self-signed", "authority", "issuer", "serving"].map((of) => `${prefix}-${of}`);
        for (const [i, name] of order.slice(1).entries()) {
            const { metadata } = named(name).inputs as { metadata: { annotations: Record<string, string> } };
            expect(metadata.annotations).to.deep.equal({
                "traffic-split/stack": stackOfSplit,
                "pulumi.com/waitFor": "condition=Ready",
            });
            expect([...allBefore(resources, named(name))]).to.include(order[i]);
        }
        for (const pods of ["split-nginx-deployment", "split-probe-job-run"]) {
            expect([...allBefore(resources, named(pods))]).to.include.members(order);
        }
    });

    it("has an authority of its own, and a certificate for both Services and the pods in all forms of their names", () => {
        expect(specOf("split-certificate-self-signed")).to.deep.equal({ selfSigned: {} });
        expect(specOf("split-certificate-authority")).to.include({ isCA: true });
        const { dnsNames, usages } = specOf("split-certificate-serving");
        expect(usages).to.deep.equal(["server auth"]);
        expect(dnsNames).to.deep.equal([
            ...["webheadless", "webheadless.shop", "webheadless.shop.svc", "webheadless.shop.svc.cluster.local"],
            ...["webclusterip", "webclusterip.shop", "webclusterip.shop.svc", "webclusterip.shop.svc.cluster.local"],
            ...["*.webheadless.shop", "*.webheadless.shop.svc", "*.webheadless.shop.svc.cluster.local"],
        ]);
    });

    it("declares the Secrets without content, so that the stack takes them away and never holds a key", () => {
        const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
        expect(secrets.map(({ inputs }) => Object.keys(inputs).sort())).to.deep.equal(
            [0, 1].map(() => ["apiVersion", "kind", "metadata"]),
        );
    });

    it("serves HTTPS alone, on port 443 at pods and Services, and is ready when it does", () => {
        const [container] = onlyOf(resources, "kubernetes:apps/v1:Deployment").spec.template.spec.containers;
        expect(container?.ports).to.deep.equal([{ name: "https", containerPort: 443 }]);
        expect(container?.readinessProbe.httpGet).to.deep.equal({ path: "/", port: "https", scheme: "HTTPS" });
        for (const { spec } of allOf(resources, "kubernetes:core/v1:Service")) {
            expect(spec.ports).to.deep.equal([{ name: "https", port: 443, targetPort: 443 }]);
        }
        const config = allOf(resources, "kubernetes:core/v1:ConfigMap").find(({ data }) => "nginx.conf" in data);
        expect(config?.data["nginx.conf"])
            .to.include("listen 443 ssl;")
            .and.not.match(/listen 80/);
    });

    it("gives every client the authority's certificate and nothing else of the Secret", () => {
        const { containers, initContainers, volumes } = onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec;
        const { secret } = volumes.find(({ name }) => name === "authority") ?? {};
        expect(secret?.items).to.deep.equal([{ key: "ca.crt", path: "ca.crt" }]);
        for (const { name, env, volumeMounts, command } of containers) {
            expect(env, name).to.deep.include({ name: "CA_FILE", value: "/authority/ca.crt" });
            expect(volumeMounts, name).to.deep.include({ name: "authority", mountPath: "/authority", readOnly: true });
            expect(command, name).to.include("443");
        }
        const plans = initContainers.map(({ command }) => JSON.parse(command[2] ?? "") as object);
        for (const plan of plans) {
            expect(plan).to.include({ port: 443, caFile: "/authority/ca.crt" });
        }
    });

    it("makes only what is its own where cert-manager is there", async () => {
        const fewer = await resourcesOf({ installCertManager: false });
        const types = fewer.map(({ type }) => type);
        expect(types).to.not.include(installation);
        expect(allOf(fewer, "kubernetes:core/v1:Namespace").map(({ metadata }) => metadata.name)).to.deep.equal([
            "shop",
        ]);
        expect(types.filter((type) => type.startsWith(ofCertManager))).to.have.length(4);
    });

    it("has nothing of cert-manager's without tls", async () => {
        const types = (await resourcesOf({ tls: false })).map(({ type }) => type);
        expect(types.filter((type) => type.startsWith(ofCertManager) || type === installation)).to.deep.equal([]);
    });
});
