import { execa } from "execa";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeChart } from "./chart";
import { certManagerTag } from "./images";
import { cacheFolder } from "./layout";

/** One Go module, whose go.mod and go.sum pin what it builds. */
export interface Module {
    readonly name: string;
    /** Where its go.mod and go.sum are. @default the folder of its name under lab/toolchain */
    readonly folder?: string;
    /** Minutes of two cores, measured: what the reader is told before a build starts. */
    readonly minutes: number;
    readonly ldflags?: string;
    readonly tags?: string;
    /** Package and name of the binary, where it is not the module's `tool` list. */
    readonly binary?: { readonly package: string; readonly name: string };
    /** Puts beside the sources, or beside the binaries, what the build can't make. */
    readonly before?: (sources: string) => Promise<void>;
    readonly after?: (sources: string, binaries: string) => Promise<void>;
}

const pulumiSdk = "github.com/pulumi/pulumi/sdk/v3";
const kubernetesProvider = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** Built where `pulumi` is not on PATH, the longest build first. */
export const pulumiModules = {
    provider: {
        name: "provider-kubernetes",
        minutes: 8,
        ldflags: `-X ${kubernetesProvider}/pkg/version.Version=v4.25.0`,
        binary: { package: ".", name: "pulumi-resource-kubernetes" },
        before: copyProviderSchema,
    },
    cli: {
        name: "pulumi",
        minutes: 3.5,
        ldflags: `-X ${pulumiSdk}/go/common/version.Version=v3.250.0`,
        after: copyDynamicProvider,
    },
    languageHost: {
        name: "language-nodejs",
        minutes: 0.5,
        binary: {
            package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
            name: "pulumi-language-nodejs",
        },
    },
} as const satisfies Record<string, Module>;

const certManager = "github.com/cert-manager/cert-manager";

/** Where cert-manager's chart is, beside its binaries. */
export const chartFolder = (binaries: string): string => join(binaries, "chart");

const kubernetesVersion = "k8s.io/component-base/version";

/** The cluster's binaries, the longest build first. */
export const clusterModules = {
    kubernetes: {
        name: "kubernetes",
        minutes: 8,
        ldflags: `-X ${kubernetesVersion}.gitVersion=v1.37.2 -X ${kubernetesVersion}.gitMajor=1 -X ${kubernetesVersion}.gitMinor=37`,
    },
    certManager: {
        name: "cert-manager",
        minutes: 2.7,
        ldflags: `-X ${certManager}/pkg/util.AppVersion=${certManagerTag}`,
        after: async (sources, binaries) =>
            makeChart(join(await moduleFolder(sources, certManager), "deploy"), chartFolder(binaries)),
    },
    coredns: { name: "coredns", minutes: 2 },
    containerd: { name: "containerd", minutes: 1, tags: "no_btrfs,no_devmapper,no_zfs" },
    etcd: { name: "etcd", minutes: 0.5 },
    cni: { name: "cni", minutes: 0.1 },
} as const satisfies Record<string, Module>;

const sourcesOf = ({ folder, name }: Module): string => folder ?? join(__dirname, "toolchain", name);
const buildFolder = join(cacheFolder, "build");

// Static binaries without symbol tables: faster to link and to start, and a container can run them.
const environment = {
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false -modcacherw",
    GOTOOLCHAIN: "local",
    GOMODCACHE: join(buildFolder, "modules"),
    GOCACHE: join(buildFolder, "cache"),
    // The compiler's heap is small beside the memory that the lab needs anyway; collecting it less often saves time.
    GOGC: "400",
};

function buildArguments({ ldflags = "", tags = "" }: Module): string[] {
    return ["-trimpath", "-tags", tags, "-ldflags", `-s -w ${ldflags}`.trim()];
}

/** Folder of a module's binaries, named by everything that pins them: it is there only when they all are. */
export async function binariesOf(module: Module): Promise<string> {
    const hash = createHash("sha256").update(buildArguments(module).join("\0"));
    for (const file of (await readdir(sourcesOf(module))).sort()) {
        hash.update(`\0${file}\0`).update(await readFile(join(sourcesOf(module), file)));
    }
    return join(cacheFolder, "bin", `${module.name}-${hash.digest("hex").slice(0, 16)}`);
}

/** Modules whose binaries are not in the cache. */
export async function missingModules(modules: readonly Module[]): Promise<Module[]> {
    const there = await Promise.all(modules.map(async (module) => existsSync(await binariesOf(module))));
    return modules.filter((_, i) => !there[i]);
}

/**
 * Builds one module's binaries, checked against its go.sum, into a folder of their own that appears at once when all
 * of them stand.
 *
 * @param progress called with one line for a person as packages are compiled
 * @throws Error with the compiler's own output
 */
export async function build(module: Module, progress: (line: string) => void): Promise<void> {
    const target = await binariesOf(module);
    const staging = `${target}.partial`;
    const sources = join(buildFolder, "sources", module.name);
    try {
        // What a run that was ended left.
        await rm(staging, { recursive: true, force: true });
        await rm(sources, { recursive: true, force: true });
        await cp(sourcesOf(module), sources, { recursive: true });
        await mkdir(staging, { recursive: true });
        progress("downloading modules");
        await go(sources, ["mod", "download"]);
        await module.before?.(sources);
        await compile(module, sources, staging, progress);
        await module.after?.(sources, staging);
        await rename(staging, target);
    } finally {
        await rm(staging, { recursive: true, force: true });
        await rm(sources, { recursive: true, force: true });
    }
}

/** Removes what building left: several gigabytes that the binaries don't need. */
export async function removeBuildCache(): Promise<void> {
    await rm(buildFolder, { recursive: true, force: true });
}

async function compile(
    module: Module,
    sources: string,
    staging: string,
    progress: (line: string) => void,
): Promise<void> {
    const packageName = module.binary?.package ?? "tool";
    const output = module.binary === undefined ? `${staging}/` : join(staging, module.binary.name);
    const tags = ["-tags", module.tags ?? ""];
    const total = (await go(sources, ["list", "-deps", ...tags, packageName])).split("\n").length;
    const building = execa("go", ["build", "-v", ...buildArguments(module), "-o", output, packageName], {
        cwd: sources,
        env: environment,
        stdin: "ignore",
    });
    let compiled = 0;
    createInterface({ input: building.stderr }).on("line", (line) => {
        progress(`package ${++compiled} of at most ${total}: ${line}`);
    });
    await building;
}

async function go(cwd: string, args: string[]): Promise<string> {
    return (await execa("go", args, { cwd, env: environment })).stdout;
}

async function moduleFolder(sources: string, name: string): Promise<string> {
    return go(sources, ["list", "-m", "-f", "{{.Dir}}", name]);
}

async function copyProviderSchema(sources: string): Promise<void> {
    const from = join(await moduleFolder(sources, kubernetesProvider), "cmd", "pulumi-resource-kubernetes");
    const schema = JSON.parse(await readFile(join(from, "schema.json"), "utf8")) as Record<string, unknown>;
    await writeFile(join(sources, "schema.json"), JSON.stringify({ ...schema, version: "4.25.0" }));
    await cp(join(from, "terraform-mapping.json"), join(sources, "terraform-mapping.json"));
}

async function copyDynamicProvider(sources: string, binaries: string): Promise<void> {
    const name = "pulumi-resource-pulumi-nodejs";
    const from = join(await moduleFolder(sources, pulumiSdk), "nodejs", "dist", name);
    await execa("install", ["--mode=755", from, join(binaries, name)]);
}
