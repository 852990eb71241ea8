import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Layout } from "./layout";
import { binariesOf, missingModules } from "./toolchain";
import { neededModules } from "./up";

/**
 * Commands for a POSIX shell that point kubectl and Pulumi at a lab: cluster, tools, and a backend in the lab's folder.
 *
 * @throws Error where the lab was never up
 */
export async function shellEnvironment(layout: Layout): Promise<string> {
    const variables = await labEnvironment(layout);
    return Object.entries(variables)
        .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
        .join("\n");
}

/** The same as names and values. */
export async function labEnvironment(layout: Layout): Promise<Record<string, string>> {
    const modules = await neededModules();
    if (!existsSync(layout.kubeconfig) || (await missingModules(modules)).length > 0) {
        throw new Error(`the lab ${layout.name} was not brought up yet: lab/lab up --name ${layout.name}`);
    }
    const state = join(layout.pulumi, "state");
    await mkdir(state, { recursive: true });
    const folders = await Promise.all(modules.map(binariesOf));
    return {
        KUBECONFIG: layout.kubeconfig,
        PATH: [...folders, process.env["PATH"] ?? ""].join(":"),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_HOME: join(layout.pulumi, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}
