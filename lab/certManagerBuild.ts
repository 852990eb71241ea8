import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { roughly } from "./buildProgress";
import { makeChart } from "./chart";
import { clusterBinaries, importImage } from "./cluster";
import { moduleFolder } from "./goCommand";
import { certManagerImages, makeImage, missingImages } from "./images";
import { cacheFolder, type Layout } from "./layout";
import { exclusively } from "./lock";
import { certManagerModule } from "./modules";
import { buildSteps, expectedSeconds } from "./programs";
import { refusalsToBuild } from "./refusals";
import { binariesOf, download, missingModules, removeBuildCache } from "./toolchain";

/**
 * Folder of cert-manager's chart with the lab's images; it is made of cert-manager's sources when it is first asked for.
 *
 * @throws Error that says what the machine lacks for that, or what failed
 */
export async function certManagerChart(): Promise<string> {
    const pinned = ["chart.ts", "toolchain/cert-manager/go.mod", "toolchain/cert-manager/go.sum"];
    const hash = createHash("sha256");
    for (const file of pinned) {
        hash.update(await readFile(resolve(__dirname, file)));
    }
    const chart = join(cacheFolder, "charts", `cert-manager-${hash.digest("hex").slice(0, 16)}`);
    await exclusively(cacheFolder, async () => {
        if (existsSync(chart)) {
            return;
        }
        await checkBuildable();
        const staging = `${chart}.partial`;
        await rm(staging, { recursive: true, force: true });
        await mkdir(dirname(chart), { recursive: true });
        const certManager = "github.com/cert-manager/cert-manager";
        const sources = await download(certManagerModule, certManager);
        await makeChart(join(await moduleFolder(sources, certManager), "deploy"), staging);
        await rename(staging, chart);
        await removeBuildCache();
    });
    return chart;
}

/**
 * Gives a lab that runs the images that cert-manager's chart names. Its programs are built when they are first asked
 * for.
 *
 * @param say is given a line when a long part begins, and now and then while it lasts
 * @throws Error that says what the machine lacks for that, or what failed
 */
export async function provideCertManager(layout: Layout, say: (line: string) => void): Promise<void> {
    const images = certManagerImages(await binariesOf(certManagerModule));
    await exclusively(cacheFolder, async () => {
        const missing = await missingModules([certManagerModule]);
        if (missing.length > 0) {
            await checkBuildable();
            const duration = roughly(expectedSeconds(missing));
            say(
                `TLS is asked for the first time: the lab builds cert-manager from source, about ${duration} on two cores`,
            );
            for (const { run } of buildSteps(missing)) {
                await run((line) => {
                    say(`building cert-manager: ${line}`);
                });
            }
            await removeBuildCache();
        }
        for (const image of await missingImages(images)) {
            await makeImage(image);
        }
    });
    const binaries = await clusterBinaries();
    for (const node of layout.nodes) {
        for (const image of images) {
            await importImage(node, binaries, image);
        }
    }
}

async function checkBuildable(): Promise<void> {
    const reasons = await refusalsToBuild();
    if (reasons.length > 0) {
        throw new Error(`cert-manager can't be built for the lab: ${reasons.join("; ")}`);
    }
}
