import { existsSync } from "node:fs";
import { join } from "node:path";
import { clusterBinaries, importImage } from "../lab/cluster";
import { archiveOf, imageRepository, makeImage, neverRun, type Image } from "../lab/images";
import { cacheFolder } from "../lab/layout";
import { exclusively } from "../lab/lock";
import { binariesOf, build, missingModules, removeBuildCache, type Module } from "../lab/toolchain";
import { benchLab } from "./benchLab";

/** fortio and hey, as bench/tools pins them. */
const loadTools: Module = { name: "load-tools", folder: join(__dirname, "tools"), minutes: 1 };

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
        for (const missing of await missingModules([loadTools])) {
            await build(missing, (line) => {
                console.error(line);
            });
            await removeBuildCache();
        }
        if (!existsSync(await archiveOf(image))) {
            await makeImage(image);
        }
    });
    await importImage(benchLab.controlPlane, await clusterBinaries(), image);
    return { image: image.name, folder: await binariesOf(loadTools) };
}
