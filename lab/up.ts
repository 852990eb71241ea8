import { Listr, PRESET_TIMER, type ListrTask } from "listr2";
import { applyAddons, clusterBinaries, prepareNodes, startControlPlane, startRuntime, untilReady } from "./cluster";
import type { ProxyMode } from "./configuration";
import { roughly } from "./buildProgress";
import { certManagerChart } from "./certManagerBuild";
import { certManagerImages, images, makeImage, missingImages, type Image } from "./images";
import { cacheFolder, type Layout } from "./layout";
import { exclusively } from "./lock";
import { certManagerModule, clusterModules, pulumiModules, type Module } from "./modules";
import { buildSteps, expectedSeconds } from "./programs";
import { diskToBuild, hasPulumi, refusals } from "./refusals";
import { binariesOf, missingModules, removeBuildCache } from "./toolchain";

/**
 * Brings a lab up from whatever state it is in, showing each step and its time.
 *
 * @throws Error with what the machine lacks, before anything is changed, or with what failed
 */
export async function up(layout: Layout, mode: ProxyMode): Promise<void> {
    const modules = await neededModules();
    await checkMachine(layout, mode, modules);
    await exclusively(cacheFolder, async () => buildMissing(modules, images(await clusterBinaries())));
    // Removing hundreds of thousands of files takes about as long as starting the lab, which mostly waits.
    await Promise.all([
        exclusively(cacheFolder, removeBuildCache),
        exclusively(layout.folder, () => startLab(layout, mode)),
    ]);
}

/**
 * Builds all that labs may need, including what they otherwise build when a stack first asks for it. It starts no lab.
 *
 * @throws Error with what the machine lacks, before anything is changed, or with what failed
 */
export async function buildAll(layout: Layout, mode: ProxyMode): Promise<void> {
    const modules = [...(await neededModules()), certManagerModule];
    await checkMachine(layout, mode, modules);
    await exclusively(cacheFolder, async () => {
        const ofCertManager = certManagerImages(await binariesOf(certManagerModule));
        await buildMissing(modules, [...images(await clusterBinaries()), ...ofCertManager]);
    });
    await certManagerChart();
    await exclusively(cacheFolder, removeBuildCache);
}

/** @throws Error with what the machine lacks to run a lab, and to build what is missing of these modules */
async function checkMachine(layout: Layout, mode: ProxyMode, modules: readonly Module[]): Promise<void> {
    const missing = await missingModules(modules);
    const reasons = await refusals(layout, mode, missing.length > 0);
    if (reasons.length > 0) {
        throw new Error(reasons.join("\n"));
    }
}

/**
 * Modules whose binaries the lab needs, in the order in which they are built: those of Pulumi only where this machine
 * has no Pulumi of its own.
 */
async function neededModules(): Promise<Module[]> {
    const { kubernetes, ...others } = clusterModules;
    const ofPulumi = (await hasPulumi()) ? [] : Object.values(pulumiModules);
    return [kubernetes, ...ofPulumi, ...Object.values(others)];
}

/** Seconds that two cores take for the images of every lab. */
const secondsForImages = 95;

async function buildMissing(modules: readonly Module[], needed: readonly Image[]): Promise<void> {
    const missing = await missingModules(modules);
    const lacking = await missingImages(needed);
    if (missing.length > 0) {
        const names = missing.map(({ name }) => name).join(", ");
        const seconds = expectedSeconds(missing) + (lacking.length > 0 ? secondsForImages : 0);
        console.log(`Building ${names} from source, once: about ${roughly(seconds)} on two cores,
with ${diskToBuild} GiB of disk while it lasts. If you have Docker, kind gives you a cluster sooner: https://kind.sigs.k8s.io.`);
    }
    // Two at a time: while one links, on one core, the other compiles. Images come beside them, one at a time.
    const builds = buildSteps(missing).map(({ title, run }) => ({
        title,
        task: (_: unknown, task: { output: string }) => run(progressOf(task)),
    }));
    const [early, late] = [
        lacking.filter(({ binary }) => binary === undefined),
        lacking.filter(({ binary }) => binary),
    ];
    const programs: ListrTask = {
        title: "programs",
        enabled: builds.length > 0,
        task: (_, task) => task.newListr(builds, { concurrent: 2 }),
    };
    const imagesBeside: ListrTask = {
        title: "images",
        enabled: early.length > 0,
        task: (_, task) => task.newListr(early.map(imageTask), { concurrent: false }),
    };
    await run([programs, imagesBeside], true);
    await run(late.map(imageTask));
}

const imageTask = (image: Image): ListrTask => ({ title: `image ${image.name}`, task: () => makeImage(image) });

// A terminal shows the last line in place; a log gets a line now and then.
function progressOf(task: { output: string }): (line: string) => void {
    const everyMs = process.stdout.isTTY ? 100 : 15_000;
    let next = 0;
    return (line) => {
        if (Date.now() >= next) {
            next = Date.now() + everyMs;
            task.output = line;
        }
    };
}

async function startLab(layout: Layout, mode: ProxyMode): Promise<void> {
    const binaries = await clusterBinaries();
    await run([
        { title: "network, configuration and certificates", task: () => prepareNodes(layout, binaries, mode) },
        ...layout.nodes.map((node, i) => ({
            title: `container runtime and images${i === 0 ? "" : ` of ${node.name}`}`,
            task: () => startRuntime(layout, node, binaries),
        })),
        { title: "control plane", task: () => startControlPlane(layout, binaries) },
        { title: "rights and DNS", task: () => applyAddons(layout, binaries) },
        { title: "nodes and DNS ready", task: () => untilReady(layout, binaries) },
    ]);
}

async function run(tasks: ListrTask[], concurrent = false): Promise<void> {
    const list = new Listr(tasks, {
        concurrent,
        // Concurrent tasks all end before the first one's error is thrown: none may go on in the background.
        exitOnError: !concurrent,
        collectErrors: "minimal",
        fallbackRenderer: "verbose",
        rendererOptions: { timer: PRESET_TIMER },
        fallbackRendererOptions: { timer: PRESET_TIMER, logTitleChange: false },
    });
    await list.run();
    const [first] = list.errors;
    if (first !== undefined) {
        throw first;
    }
}
