import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Version of a Go module, as the go.mod of one of the lab's modules pins it.
 *
 * @param name folder below lab/toolchain
 * @throws Error where that go.mod does not name it
 */
function pinnedVersion(name: string, goModule: string): string {
    const file = join(__dirname, "toolchain", name, "go.mod");
    const version = new RegExp(`^\\s*(?:require )?${goModule} v(\\S+)`, "m").exec(readFileSync(file, "utf8"))?.[1];
    if (version === undefined) {
        throw new Error(`${file} does not name ${goModule}`);
    }
    return version;
}

/** Versions of what the lab builds, such as "1.37.2", as the go.mod files in lab/toolchain pin them. */
export const versions = {
    kubernetes: pinnedVersion("kubernetes", "k8s.io/kubernetes"),
    coreDns: pinnedVersion("coredns", "github.com/coredns/coredns"),
    certManager: pinnedVersion("cert-manager", "github.com/cert-manager/cert-manager"),
    pulumi: pinnedVersion("pulumi", "github.com/pulumi/pulumi/sdk/v3"),
    // The provider's own module has no tags of its versions; its SDK is released with it.
    pulumiKubernetes: pinnedVersion("provider-kubernetes", "github.com/pulumi/pulumi-kubernetes/sdk/v4"),
    // No Go module: the version whose plugin the lab stands in for, which is that of the npm package.
    pulumiCertManager: "0.2.0",
} as const;
