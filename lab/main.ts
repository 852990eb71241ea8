import { Command, Option } from "commander";
import { execa } from "execa";
import { readdir } from "node:fs/promises";
import { clusterBinaries, kubectl } from "./cluster";
import type { ProxyMode } from "./configuration";
import { daemons } from "./daemons";
import { removeLab, stopLab } from "./down";
import type { Layout } from "./layout";
import { maxNodes } from "./nodes";
import { pidOf } from "./processes";
import { shellEnvironment } from "./shell";
import { layoutWith, type TopologyOptions } from "./topology";
import { buildAll, up } from "./up";

interface Options {
    readonly name: string;
    readonly subnet: string;
}

const program = new Command("lab").description("A real Kubernetes cluster and Pulumi for a bare Linux machine");

const defaults = { name: "lab", subnet: "0" };

function command(name: string, description: string): Command {
    return program
        .command(name)
        .description(description)
        .option("--name <name>", "which lab, where there are several", defaults.name)
        .option("--subnet <number>", "its link and its nodes are at 10.41.<number>.0", defaults.subnet);
}

const at = ({ name, subnet }: Options, given: TopologyOptions = {}): Layout => layoutWith(name, Number(subnet), given);

command("up", "build what is missing, and start or heal the lab")
    .addOption(new Option("--proxy <mode>", "kube-proxy's mode").choices(["nftables", "iptables"]).default("nftables"))
    .option("--nodes <number>", `how many nodes a new lab has, 1 to ${maxNodes} (default: 1)`)
    .option("--zones <number>", "how many zones its nodes are spread over, at most as many (default: none)")
    .action(async (options: Options & TopologyOptions & { proxy: ProxyMode }) => {
        await up(at(options, options), options.proxy);
        const which = (["name", "subnet"] as const)
            .filter((option) => options[option] !== defaults[option])
            .map((option) => ` --${option} ${options[option]}`);
        console.log(`The lab is up. For its tools and its cluster: eval "$(lab/lab env${which.join("")})"`);
    });

command("build", "build all that a lab may need, cert-manager included, and start nothing").action(
    async (options: Options) => {
        await buildAll(at(options), "nftables");
    },
);

command("down", "end the lab's processes and remove its mounts, links and namespaces; its data stay")
    .option("--wipe", "remove its data too: the cluster, and the state of stacks")
    .action(async (options: Options & { wipe?: true }) => {
        await (options.wipe === true ? removeLab : stopLab)(at(options));
    });

command("status", "what runs").action(async (options: Options) => {
    const lab = at(options);
    const binaries = await clusterBinaries();
    const running = new Set<string>();
    for (const { name } of daemons(lab, binaries)) {
        const pid = await pidOf(lab, name);
        console.log(`${name.padEnd(24)} ${pid === undefined ? "not running" : `pid ${pid}`}`);
        if (pid !== undefined) {
            running.add(name);
        }
    }
    if (running.size === 0) {
        // LSB init scripts: 3 is "program is not running".
        process.exitCode = 3;
    }
    if (running.has("kube-apiserver")) {
        console.log(await kubectl(lab, binaries, ["get", "nodes,pods", "--all-namespaces", "-o", "wide"]));
    }
});

command("logs", "the end of all daemons' logs, or of one")
    .argument("[daemon]")
    .action(async (daemon: string | undefined, options: Options) => {
        const { log } = at(options);
        const files = (await readdir(log)).filter((file) => daemon === undefined || file === `${daemon}.log`);
        if (files.length === 0) {
            throw new Error(`there is no log of ${JSON.stringify(daemon)} in ${log}`);
        }
        console.log((await execa("tail", ["-n", daemon === undefined ? "5" : "100", ...files], { cwd: log })).stdout);
    });

command("env", "shell commands that set KUBECONFIG, PATH and Pulumi's backend").action(async (options: Options) => {
    console.log(await shellEnvironment(at(options)));
});

program.parseAsync().catch((error: unknown) => {
    console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});
