import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasKubeconfig } from "../../components/cluster/kubeconfig";

describe("whether there is a kubeconfig", () => {
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
        expect(hasKubeconfig({ kubeconfig: undefined, context: "kind" })).to.equal(false);
        process.env["KUBECONFIG"] = "";
        expect(hasKubeconfig({})).to.equal(false);
    });

    it("is so with one in the settings, KUBECONFIG, or a file where kubectl looks", () => {
        expect(hasKubeconfig({ kubeconfig: "~/mine" })).to.equal(true);
        mkdirSync(join(home, ".kube"));
        writeFileSync(join(home, ".kube", "config"), "");
        expect(hasKubeconfig({})).to.equal(true);
        rmSync(join(home, ".kube"), { recursive: true });
        process.env["KUBECONFIG"] = "/nowhere";
        expect(hasKubeconfig({})).to.equal(true);
    });
});
