import { execa } from "execa";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { commandsIn, guides as pages, textOf, trials } from "../unit/documentedCommands";
import type { Layout } from "../../lab/layout";
import { environment, projectFolder } from "./testLab";

/** Commands of the README and the guides, as they stand. */
export function guides(lab: Layout): void {
    describe("the commands that do not need a measurement", function () {
        this.timeout(300_000);
        for (const page of pages) {
            const commands = commandsIn(textOf(page)).filter((command) => trials[command] === "here");
            if (commands.length > 0) {
                it(`run one after the other, and leave settings that a preview takes, in ${page}`, async () => {
                    await inClone(lab, async ({ shell }) => {
                        await shell([...commands.map((command) => onLabOf(lab, command)), "pulumi preview"]);
                    });
                });
            }
        }
    });

    describe("the commands that read a measurement", function () {
        this.timeout(300_000);
        const commands = Object.keys(trials).filter((command) => trials[command] === "measured");

        it("run one after the other", async () => {
            await inClone(lab, async ({ clone, shell }) => {
                writeFileSync(join(clone, "Pulumi.guide.yaml"), stringify({ config: onTheLab }));
                try {
                    await shell(["pulumi up --skip-preview"]);
                    await shell(commands);
                } finally {
                    await shell(["pulumi destroy --skip-preview"]);
                }
            });
        });
    });
}

const onTheLab = {
    "traffic-split:namespace": "test-guides",
    "traffic-split:requests": "30",
    "traffic-split:image": "traffic-split.lab/nginx:bookworm",
    "traffic-split:probeImage": "traffic-split.lab/probe:bookworm",
    "traffic-split:clients": ["curl"],
    "traffic-split:clientImages": { curl: "traffic-split.lab/curl:bookworm" },
};

interface Clone {
    readonly clone: string;
    /** Runs commands in one shell until one of them fails. */
    readonly shell: (commands: readonly string[]) => Promise<void>;
}

/** Gives some work a copy of the project with what `npm ci` puts there, and a backend of its own with one stack, `guide`. */
async function inClone(lab: Layout, work: (clone: Clone) => Promise<void>): Promise<void> {
    const labEnvironment = await environment(lab);
    const folder = mkdtempSync(join(labEnvironment["TMPDIR"] ?? "", "guide-"));
    const [clone, state] = [join(folder, "clone"), join(folder, "state")];
    // The second stands for a person's yes.
    const env = { ...labEnvironment, PULUMI_BACKEND_URL: `file://${state}`, PULUMI_SKIP_CONFIRMATIONS: "true" };
    const shell = async (commands: readonly string[]): Promise<void> => {
        await execa("sh", ["-euc", commands.join("\n")], { cwd: clone, env, stdin: "ignore" });
    };
    try {
        mkdirSync(state);
        const filter = (source: string): boolean => !["node_modules", ".git"].includes(basename(source));
        cpSync(projectFolder, clone, { recursive: true, filter });
        symlinkSync(join(projectFolder, "node_modules"), join(clone, "node_modules"));
        // A guide puts this one into the stack's settings.
        copyFileSync(lab.kubeconfig, join(clone, "kubeconfig.yaml"));
        await shell(["pulumi stack init guide"]);
        await work({ clone, shell });
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A command of the lab by the name of the lab that is up. */
function onLabOf({ name, subnet }: Layout, command: string): string {
    return command.startsWith("lab/lab ") ? `${command} --name ${name} --subnet ${subnet}` : command;
}
