import { existsSync } from "node:fs";
import { join } from "node:path";
import { clusterBinaries, importImage } from "../lab/cluster";
import { archiveOf, imageRepository, makeImage, neverRun, type Image } from "../lab/images";
import { cacheFolder } from "../lab/layout";
import { exclusively } from "../lab/lock";
import type { Module } from "../lab/modules";
import { buildSteps } from "../lab/programs";
import { binariesOf, missingModules, removeBuildCache } from "../lab/toolchain";
import { benchLab } from "./benchLab";

/** fortio and hey, as bench/tools pins them. */
const loadTools: Module = { name: "load-tools", folder: join(__dirname, "tools"), cpuSeconds: 60 };

/** wrk from Debian, and the compiler of the lab's own image for Go clients, so that all run in one container. */
const image: Image = {
    name: `${imageRepository}/bench:bookworm`,
    packages: ["busybox-static", "golang-go", "wrk"],
    without: neverRun,
    command: ["/bin/busybox", "sleep", "infinity"],
};

/** @returns name of the image, and folder of the binaries that go.mod pins */
export async function makeLoadTools(): Promise<{ image: string; folder: string }> {
    await exclusively(cacheFolder, async () => {
        for (const { title, run } of buildSteps(await missingModules([loadTools]))) {
            console.error(title);
            await run(() => undefined);
        }
        await removeBuildCache();
        if (!existsSync(await archiveOf(image))) {
            await makeImage(image);
        }
    });
    await importImage(benchLab.controlPlane, await clusterBinaries(), image);
    return { image: image.name, folder: await binariesOf(loadTools) };
}
