import { LocalWorkspace, PulumiCommand, type Stack, type StackSettings } from "@pulumi/pulumi/automation";
import { execa } from "execa";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { removeLab } from "../lab/down";
import { layout } from "../lab/layout";
import { labEnvironment } from "../lab/shell";
import type { Assessment } from "../split/verdict/assessment";

export const projectFolder = join(__dirname, "..");

/** A lab of the scenarios' own, beside any that a person uses: three nodes in three zones. */
export const scenarioLayout = layout("scenario", 9, { nodes: 3, zones: 3 });

const namespace = "scenarios";
const stackName = "scenarios";

interface DeploymentLabels {
    readonly spec: { readonly selector: { readonly matchLabels: Record<string, string> } };
}

/** The lab while it is up, and the one stack that measures on it. */
export class ScenarioLab {
    readonly namespace = namespace;

    private constructor(
        private readonly stack: Stack,
        private readonly folder: string,
        private readonly environment: Record<string, string>,
    ) {}

    /** Brings it up from nothing, with the command that a person uses. */
    static async start(): Promise<ScenarioLab> {
        await removeLab(scenarioLayout);
        await labUp("nftables");
        const environment = await labEnvironment(scenarioLayout);
        const folder = mkdtempSync(join(tmpdir(), "traffic-split-scenarios-"));
        for (const name of ["package.json", "tsconfig.json", "index.cjs", "index.ts", "node_modules"]) {
            symlinkSync(join(projectFolder, name), join(folder, name));
        }
        // Its settings are written beside it, and not into the checkout.
        copyFileSync(join(projectFolder, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
        process.env["PATH"] = environment["PATH"];
        const options = { workDir: folder, envVars: environment, pulumiCommand: await PulumiCommand.get() };
        const stack = await LocalWorkspace.createOrSelectStack({ stackName, workDir: folder }, options);
        const started = new ScenarioLab(stack, folder, environment);
        // Here before the stack: what a scenario puts beside it needs a place, too.
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        await started.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
        return started;
    }

    /** Measures with this config, and with the lab's images. */
    async measure(config: Readonly<Record<string, unknown>>): Promise<Assessment> {
        const settings: StackSettings = await this.stack.workspace.stackSettings(stackName);
        const entries = Object.entries({ ...config, namespace, createNamespace: false }).map(([key, value]) => [
            `traffic-split:${key}`,
            value,
        ]);
        settings.config = { ...imagesOfLab(), ...Object.fromEntries(entries) } as Required<StackSettings>["config"];
        await this.stack.workspace.saveStackSettings(stackName, settings);
        const { outputs } = await this.stack.up({ color: "never" });
        return outputs["trafficSplit"]?.value as Assessment;
    }

    /** Labels of the pods behind the Services, of which one is the stack's own: it is made where it is not there yet. */
    async podLabels(): Promise<Record<string, string>> {
        const list = (): Promise<{ items: DeploymentLabels[] }> => this.get("deployments", "--namespace", namespace);
        const [deployment] = (await list()).items;
        if (deployment !== undefined) {
            return deployment.spec.selector.matchLabels;
        }
        await this.measure({});
        return this.podLabels();
    }

    async kubectl(args: readonly string[], input = ""): Promise<string> {
        return (await execa("kubectl", args, { input, env: this.environment })).stdout;
    }

    async get<T>(...what: readonly string[]): Promise<T> {
        return JSON.parse(await this.kubectl(["get", ...what, "--output", "json"])) as T;
    }

    async apply(...objects: readonly object[]): Promise<void> {
        const list = { apiVersion: "v1", kind: "List", items: objects };
        await this.kubectl(["apply", "--filename", "-"], JSON.stringify(list));
    }

    /** Starts kube-proxy anew on every node, in this mode. */
    async proxy(mode: "iptables" | "nftables"): Promise<void> {
        await labUp(mode);
    }

    /** Removes the stack, then the lab with all that it was. */
    async stop(): Promise<void> {
        try {
            await this.stack.destroy({ color: "never" });
        } finally {
            rmSync(this.folder, { recursive: true, force: true });
            await removeLab(scenarioLayout);
        }
    }
}

async function labUp(proxy: "iptables" | "nftables"): Promise<void> {
    const { name, topology } = scenarioLayout;
    const options = ["--nodes", String(topology.nodes), "--zones", String(topology.zones), "--proxy", proxy];
    await execa(join(projectFolder, "lab", "lab"), ["up", "--name", name, "--subnet", "9", ...options]);
}

/** Those of the stack that a person has on a lab. */
function imagesOfLab(): Record<string, unknown> {
    const text = readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8");
    const { config } = parse(text) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).filter(([key]) => key.toLowerCase().includes("image")));
}
