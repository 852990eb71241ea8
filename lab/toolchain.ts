import { execa } from "execa";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ModuleProgress, type SourcePackage } from "./buildProgress";
import { buildFolder, go, goEnvironment } from "./goCommand";
import { cacheFolder } from "./layout";
import type { Module } from "./modules";

const sourcesOf = ({ folder, name }: Module): string => folder ?? join(__dirname, "toolchain", name);
const copyOf = ({ name }: Module): string => join(buildFolder, "sources", name);

/** What is compiled before all modules, as all of them use it. */
export const standardLibrary = { name: "Go's standard library", cpuSeconds: 48 };

/**
 * The binaries are stripped, so nothing is lost without debug information. As `go build` compiles a package again where
 * its flags differ, a module that would share packages with others takes the same flags for them.
 */
function buildArguments({ ldflags = "", tags = "", gcflags }: Module): string[] {
    const ofSome = gcflags === undefined ? [] : ["-gcflags", gcflags];
    return [...compilerFlags, ...ofSome, "-tags", tags, "-ldflags", `-s -w ${ldflags}`.trim()];
}

const compilerFlags = ["-trimpath", "-gcflags", "all=-dwarf=false"];

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
 * Downloads what a module is built of, or some of it, checked against its go.sum.
 *
 * @param goModules names of the Go modules to download @default all that its go.mod names
 * @returns folder of the module's sources
 * @throws Error with the words of the `go` command
 */
export async function download(module: Module, ...goModules: readonly string[]): Promise<string> {
    const sources = copyOf(module);
    // What an interrupted run left.
    await rm(sources, { recursive: true, force: true });
    await cp(sourcesOf(module), sources, { recursive: true });
    await go(sources, ["mod", "download", ...goModules]);
    return sources;
}

/** Compiles the standard library, which needs no download. */
export async function compileStandardLibrary(): Promise<void> {
    await mkdir(buildFolder, { recursive: true });
    await go(buildFolder, ["build", ...compilerFlags, "std"]);
}

/**
 * Builds the binaries of a module that was downloaded, into a folder of their own that appears at once when all of them
 * stand.
 *
 * @param compiled folders of the packages that this run compiled before; the module's own are added
 * @param progress called as packages are compiled, with how far the module is, 0 to 1
 * @throws Error with the compiler's own output
 */
export async function build(
    module: Module,
    compiled: Set<string>,
    progress: (fraction: number) => void,
): Promise<void> {
    const target = await binariesOf(module);
    const staging = `${target}.partial`;
    const sources = copyOf(module);
    try {
        // What an interrupted run left.
        await rm(staging, { recursive: true, force: true });
        await mkdir(staging, { recursive: true });
        await module.before?.(sources);
        await compile(module, staging, compiled, progress);
        await module.after?.(sources, staging);
        await rename(staging, target);
    } finally {
        await rm(staging, { recursive: true, force: true });
        await rm(sources, { recursive: true, force: true });
    }
}

/** Removes what building left: several gigabytes that the binaries don't need. */
export async function removeBuildCache(): Promise<void> {
    await execa("rm", ["-rf", buildFolder]);
}

async function compile(
    module: Module,
    staging: string,
    compiled: Set<string>,
    progress: (fraction: number) => void,
): Promise<void> {
    const packageName = module.binary?.package ?? "tool";
    const output = module.binary === undefined ? `${staging}/` : join(staging, module.binary.name);
    const sources = copyOf(module);
    const known = new ModuleProgress(await packagesOf(sources, module.tags ?? "", packageName), compiled);
    const building = execa("go", ["build", "-v", ...buildArguments(module), "-o", output, packageName], {
        cwd: sources,
        env: goEnvironment,
        stdin: "ignore",
    });
    createInterface({ input: building.stderr }).on("line", (line) => {
        progress(known.begin(line));
    });
    await building;
    progress(1);
}

async function packagesOf(sources: string, tags: string, packageName: string): Promise<SourcePackage[]> {
    const format = '{{.Name}}\t{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles "\\t"}}';
    const lines = (await go(sources, ["list", "-deps", "-tags", tags, "-f", format, packageName])).split("\n");
    return Promise.all(
        lines.map(async (line) => {
            const [name = "", importPath = "", folder = "", ...files] = line.split("\t");
            const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
            const bytes = sizes.reduce((sum, size) => sum + size, 0);
            return { importPath, folder, main: name === "main", bytes };
        }),
    );
}
