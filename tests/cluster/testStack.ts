import {
    LocalWorkspace,
    PulumiCommand,
    type Stack,
    type StackSettings,
    type UpResult,
} from "@pulumi/pulumi/automation";
import { execa } from "execa";
import type { Assessment } from "../../split/verdict/assessment";
import { copyOfProject, environment } from "./testLab";
import type { Layout } from "../../lab/layout";

const images = {
    image: "traffic-split.lab/nginx:bookworm",
    probeImage: "traffic-split.lab/probe:bookworm",
    clients: ["curl"],
    clientImages: {
        curl: "traffic-split.lab/curl:bookworm",
        "curl-musl": "traffic-split.lab/curl-musl:bookworm",
        node: "traffic-split.lab/probe:bookworm",
        python: "traffic-split.lab/python:bookworm",
        go: "traffic-split.lab/go:bookworm",
        load: "traffic-split.lab/go:bookworm",
        "round-robin": "traffic-split.lab/probe:bookworm",
    },
};

/** Values by key of the project. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** A stack of this project on the tests' lab, updated by the real Pulumi. */
export class TestStack {
    private constructor(
        readonly stack: Stack,
        private readonly removeFolder: () => void,
    ) {}

    /** @param variables set over those of the lab's `env` */
    static async make(name: string, lab: Layout, variables: Record<string, string> = {}): Promise<TestStack> {
        const { folder, remove } = copyOfProject();
        const envVars = { ...(await environment(lab)), ...variables };
        process.env["PATH"] = envVars["PATH"];
        const pulumiCommand = await PulumiCommand.get();
        const options = { workDir: folder, envVars, pulumiCommand };
        const stack = await LocalWorkspace.createOrSelectStack({ stackName: name, workDir: folder }, options);
        const made = new TestStack(stack, remove);
        await made.configure({ ...images, namespace: `test-${name}`, requests: 30 });
        return made;
    }

    async configure(config: StackConfig): Promise<void> {
        // Not by the command line, which sets lists and objects only item by item.
        const { name, workspace } = this.stack;
        const settings = await workspace.stackSettings(name);
        const entries = Object.entries(config).map(([key, value]) => [`traffic-split:${key}`, value]);
        settings.config = { ...settings.config, ...(Object.fromEntries(entries) as StackSettings["config"]) };
        await workspace.saveStackSettings(name, settings);
    }

    async up(config: StackConfig = {}): Promise<UpResult> {
        await this.configure(config);
        return this.stack.up({ color: "never" });
    }

    /** The error text of an update that must fail. */
    async failingUp(config: StackConfig = {}): Promise<string> {
        try {
            await this.up(config);
        } catch (error) {
            return String(error);
        }
        throw new Error("the update succeeded");
    }

    /** Types of everything that stands in the stack, its own resource and providers apart. */
    async resourceTypes(): Promise<string[]> {
        const exported = (await this.stack.exportStack()) as { deployment: { resources?: { type: string }[] } };
        const { resources = [] } = exported.deployment;
        return resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"));
    }

    /** The state as the backend holds it, with what is secret encrypted. */
    async storedState(): Promise<string> {
        const { workDir, envVars } = this.stack.workspace;
        const options = { cwd: workDir, env: envVars };
        return (await execa("pulumi", ["stack", "export", "--stack", this.stack.name], options)).stdout;
    }

    async remove(): Promise<void> {
        try {
            await this.stack.destroy({ color: "never" });
        } finally {
            this.removeFolder();
        }
    }
}

export function assessmentOf(result: UpResult): Assessment {
    return result.outputs["trafficSplit"]?.value as Assessment;
}
