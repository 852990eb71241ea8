import { execa } from "execa";
import { join } from "node:path";
import { cacheFolder } from "./layout";

/** Where modules are downloaded to and compiled; it goes when the binaries stand. */
export const buildFolder = join(cacheFolder, "build");

/** Environment of every `go` command of the lab's. */
export const goEnvironment = {
    // Static binaries are quicker to link and to start, and a container can run them.
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false -modcacherw",
    GOTOOLCHAIN: "local",
    GOMODCACHE: join(buildFolder, "modules"),
    GOCACHE: join(buildFolder, "cache"),
    // The compiler's heap is small beside the memory that the lab needs anyway; collecting it less often saves time.
    GOGC: "400",
};

/**
 * What a `go` command prints.
 *
 * @param cwd folder of the go.mod that it is to use
 * @throws Error with the command's own words
 */
export async function go(cwd: string, args: readonly string[]): Promise<string> {
    return (await execa("go", args, { cwd, env: goEnvironment })).stdout;
}

/** Folder of a Go module that was downloaded. @param cwd folder of the go.mod that pins it */
export async function moduleFolder(cwd: string, goModule: string): Promise<string> {
    return go(cwd, ["list", "-m", "-f", "{{.Dir}}", goModule]);
}
