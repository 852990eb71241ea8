import { expect } from "chai";
import { Provider } from "@pulumi/kubernetes";
import { output, secret } from "@pulumi/pulumi";
import { CertManagerStandIn } from "../../lab/certManager";
import { preview } from "./recordedStack";

describe("the stand-in for cert-manager's plugin", () => {
    const lab = { folder: "/lab/chart", version: "v1.11.5" };

    it("installs one release of the lab's chart, by the provider that it is given", async () => {
        const { resources, errors } = await preview(() => {
            const provider = new Provider("elsewhere");
            const inputs = {
                installCRDs: true,
                featureGates: secret("A=true"),
                helmOptions: { name: "cm", namespace: output("ours"), timeout: 60, values: { replicaCount: 2 } },
            };
            new CertManagerStandIn("tls", inputs, lab, { providers: { kubernetes: provider } });
        });
        expect(errors).to.deep.equal([]);
        const component = resources.find(({ type }) => type === "kubernetes-cert-manager:index:CertManager");
        const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        expect(releases.map(({ name, parent }) => [name, parent])).to.deep.equal([["tls-helm", component?.urn]]);
        expect(releases[0]?.provider).to.contain("pulumi:providers:kubernetes::elsewhere");
        expect(releases[0]?.inputs).to.deep.include({
            chart: lab.folder,
            version: lab.version,
            name: "cm",
            namespace: "ours",
            timeout: 60,
            values: { secret: { replicaCount: 2, installCRDs: true, featureGates: "A=true" } },
        });
        expect(component?.outputs.map((each) => Object.keys(each))).to.deep.equal([["status"]]);
    });
});
