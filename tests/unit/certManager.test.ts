import { expect } from "chai";
import { parse } from "yaml";
import { chartOf, valuesOf, type ChartOptions } from "../../lab/certManager";
import { describeChart, ifInstalled, nameImages } from "../../lab/chart";
import { certManagerPrograms } from "../../lab/images";

describe("the lab's cert-manager", () => {
    const lab = { folder: "/lab/chart", version: "v1.11.5" };
    const own = { chart: lab.folder, version: lab.version };
    const mirror = { repo: "https://charts.example.com" };
    const cases: [string, ChartOptions, ChartOptions][] = [
        ["the lab's where nothing is said", {}, own],
        ["the lab's where its version is said", { version: "v1.11.5" }, own],
        ["the lab's where its version is said as Helm writes it", { version: "1.11.5" }, own],
        ["a chart in a folder", { chart: "/charts/other" }, { chart: "/charts/other" }],
        [
            "that of another repository",
            { version: "v1.12.0", repositoryOpts: mirror },
            { chart: "cert-manager", version: "v1.12.0", repositoryOpts: mirror },
        ],
    ];
    for (const [which, options, expected] of cases) {
        it(`takes ${which}`, () => {
            expect(chartOf(options, lab)).to.deep.equal(expected);
        });
    }

    it("refuses a version that the lab does not have", () => {
        expect(() => chartOf({ version: "v1.12.0" }, lab)).to.throw(
            `helmOptions.version: must be v1.11.5, the only chart that the lab has, got "v1.12.0"`,
        );
    });

    it("prefers an argument of its own to a value of the same name, as a whole", () => {
        const others = { installCRDs: false, webhook: { replicaCount: 2 }, featureGates: "A=true" };
        expect(
            valuesOf({ installCRDs: true, webhook: { timeoutSeconds: 5 }, affinity: undefined }, others),
        ).to.deep.equal({ installCRDs: true, webhook: { timeoutSeconds: 5 }, featureGates: "A=true" });
    });

    it("gives the chart its version", () => {
        const chart = describeChart('version: v0.1.0\nappVersion: v0.1.0\nannotations:\n  other: "x"\n');
        expect(parse(chart)).to.deep.equal({
            version: "v1.11.5",
            appVersion: "v1.11.5",
            annotations: { other: "x", "artifacthub.io/prerelease": "false" },
        });
    });

    it("gives the chart the lab's images, and leaves the one that no lab runs", () => {
        const line = (program: string): string =>
            `  repository: registry.example/cert-manager-${program}\n  # repository: registry.example/cert-manager-${program}\n`;
        const values = nameImages([...certManagerPrograms, "acmesolver"].map(line).join(""));
        expect(values).to.equal(`  repository: traffic-split.lab/cert-manager-controller
  # repository: registry.example/cert-manager-controller
  repository: traffic-split.lab/cert-manager-webhook
  # repository: registry.example/cert-manager-webhook
  repository: traffic-split.lab/cert-manager-cainjector
  # repository: registry.example/cert-manager-cainjector
  repository: traffic-split.lab/cert-manager-ctl
  # repository: registry.example/cert-manager-ctl
  repository: registry.example/cert-manager-acmesolver
  # repository: registry.example/cert-manager-acmesolver
`);
        expect(() => nameImages(line("controller"))).to.throw("names its image of webhook 0 times");
    });

    it("puts the definitions of custom resources under the value that asks for them", () => {
        expect(ifInstalled(["a: 1\n", "b: 2\n"])).to.equal(
            "{{- if .Values.installCRDs }}\na: 1\n---\nb: 2\n{{- end }}\n",
        );
    });
});
