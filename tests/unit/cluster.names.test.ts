import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namesCluster } from "../../components/cluster";

describe("whether anything names a cluster", () => {
    const { HOME, KUBECONFIG } = process.env;
    let home: string;

    beforeEach(() => {
        home = mkdtempSync(join(tmpdir(), "traffic-split-home-"));
        process.env["HOME"] = home;
        delete process.env["KUBECONFIG"];
    });
    afterEach(() => {
        rmSync(home, { recursive: true });
        delete process.env["KUBECONFIG"];
        Object.assign(process.env, { HOME, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) });
    });

    it("is not so on a machine without any kubeconfig", () => {
        expect(namesCluster({ kubeconfig: undefined, context: "" })).to.equal(false);
        process.env["KUBECONFIG"] = "";
        expect(namesCluster({})).to.equal(false);
    });

    it("is so with any of the settings, KUBECONFIG, or a file where kubectl looks", () => {
        for (const settings of [{ kubeconfig: "~/mine" }, { context: "kind" }, { cluster: "kind" }]) {
            expect(namesCluster(settings)).to.equal(true);
        }
        mkdirSync(join(home, ".kube"));
        writeFileSync(join(home, ".kube", "config"), "");
        expect(namesCluster({})).to.equal(true);
        rmSync(join(home, ".kube"), { recursive: true });
        process.env["KUBECONFIG"] = "/nowhere";
        expect(namesCluster({})).to.equal(true);
    });
});
