import { execa } from "execa";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { go, moduleFolder } from "./goCommand";
import { versions } from "./versions";

const pulumiSdk = "github.com/pulumi/pulumi/sdk/v3";
const kubernetesProvider = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const kubernetesSdk = "github.com/pulumi/pulumi-kubernetes/sdk/v4";

/** Puts the script that starts dynamic providers beside Pulumi's command, as its own distribution does. */
export async function copyDynamicProvider(sources: string, binaries: string): Promise<void> {
    const name = "pulumi-resource-pulumi-nodejs";
    const from = join(await moduleFolder(sources, pulumiSdk), "nodejs", "dist", name);
    await execa("install", ["--mode=755", from, join(binaries, name)]);
}

/**
 * Gives the Kubernetes provider what its module lacks, its schema, and a smaller copy of its SDK.
 *
 * @throws Error where the SDK is not what this version of the lab knows
 */
export async function preparePulumiKubernetes(sources: string): Promise<void> {
    const from = join(await moduleFolder(sources, kubernetesProvider), "cmd", "pulumi-resource-kubernetes");
    const schema = JSON.parse(await readFile(join(from, "schema.json"), "utf8")) as Record<string, unknown>;
    await writeFile(join(sources, "schema.json"), JSON.stringify({ ...schema, version: versions.pulumiKubernetes }));
    await cp(join(from, "terraform-mapping.json"), join(sources, "terraform-mapping.json"));
    await copySmallSdk(await moduleFolder(sources, kubernetesSdk), join(sources, "sdk"));
    await go(sources, ["mod", "edit", "-replace", `${kubernetesSdk}=./sdk`]);
}

/**
 * The SDK's packages that the provider itself uses. Packages with a type for each kind of object would take 5 CPU minutes.
 * Only one switch uses them, and its default serves any kind.
 */
const usedPackages = ["utilities", "apiextensions", "meta/v1", "helm/v4", "yaml/v2"];

async function copySmallSdk(from: string, to: string): Promise<void> {
    const packages = join("go", "kubernetes");
    await rm(to, { recursive: true, force: true });
    for (const folder of [".", ...usedPackages]) {
        await mkdir(join(to, packages, folder), { recursive: true });
        await copyFiles(join(from, packages, folder), join(to, packages, folder));
    }
    await cp(join(from, "go.mod"), join(to, "go.mod"));
    const kinds = join(to, packages, "yaml", "v2", "kinds.go");
    const text = await readFile(kinds, "utf8");
    // The copy has the permissions of the module cache.
    await rm(kinds);
    await writeFile(kinds, withoutKinds(text));
}

async function copyFiles(from: string, to: string): Promise<void> {
    for (const entry of await readdir(from, { withFileTypes: true })) {
        if (entry.isFile()) {
            await cp(join(from, entry.name), join(to, entry.name));
        }
    }
}

/**
 * The switch from a kind of object to its Go type, with its default alone, which then serves Kubernetes' own kinds too.
 *
 * @param source of `yaml/v2/kinds.go` in the SDK
 * @throws Error where the source is not what this version of the lab knows
 */
export function withoutKinds(source: string): string {
    const small = source
        .replace(/^\tcase "[^"]+":\n\t\tvar res \w+\.\w+\n[^]*?\n\t\treturn &res, nil\n/gm, "")
        .replace(/^\t\w+ "github\.com\/pulumi\/pulumi-kubernetes\/[^"]+"\n/gm, "");
    const anyKind = "\tswitch fullKind {\n\tdefault:\n";
    const [before, after, ...more] = small.split(anyKind);
    if (before === undefined || after === undefined || more.length > 0) {
        throw new Error("kinds.go of pulumi-kubernetes' SDK is not what this version of the lab knows");
    }
    // The token of a resource of Kubernetes' oldest kinds has a group, where their apiVersion has none.
    return `${before}${anyKind}\t\tif apiVersion == "v1" {\n\t\t\tapiVersion = "core/v1"\n\t\t}\n${after}`;
}
