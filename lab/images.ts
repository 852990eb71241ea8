import { execa } from "execa";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheFolder } from "./layout";

/** An image made on this machine; its name says that it is no registry's. */
export interface Image {
    readonly name: string;
    /** Debian packages whose files it holds, or one static binary. */
    readonly content: { readonly packages: readonly string[] } | { readonly binary: string };
    readonly command?: readonly string[];
}

const suite = "bookworm";
export const imageRepository = "traffic-split.lab";

/** Name of the image that every pod's sandbox runs. */
export const pauseImage = `${imageRepository}/pause:${suite}`;
export const corednsTag = suite;

const hostnameServer = `events {} http { server { listen 80; location / { default_type text/plain; return 200 "$hostname\\n"; } } }`;

/** @param coredns path of the CoreDNS binary */
export function images(coredns: string): Image[] {
    return [
        {
            name: pauseImage,
            content: { packages: ["busybox-static"] },
            command: ["/bin/busybox", "sleep", "infinity"],
        },
        { name: `${imageRepository}/coredns:${corednsTag}`, content: { binary: coredns }, command: ["/coredns"] },
        { name: `${imageRepository}/nginx:${suite}`, content: { packages: ["nginx-light"] } },
        // Like the article's image: it answers with its host name by itself, and runs as root.
        {
            name: `${imageRepository}/nginx-hostname:${suite}`,
            content: { packages: ["nginx-light", "dash"] },
            command: [
                "/bin/dash",
                "-c",
                `echo root:x:0:0::/:/ >/etc/passwd && echo root:x:0: >/etc/group &&
                echo '${hostnameServer}' >/etc/nginx/nginx.conf && exec nginx -g 'daemon off; user root; pid /nginx.pid;'`,
            ],
        },
        { name: `${imageRepository}/probe:${suite}`, content: { packages: ["nodejs", "curl"] } },
    ];
}

/** Images whose archives are not in the cache. */
export async function missingImages(coredns: string): Promise<Image[]> {
    const all = images(coredns);
    const there = await Promise.all(all.map(async (image) => existsSync(await archiveOf(image))));
    return all.filter((_, i) => !there[i]);
}

/** Path of an image's archive, named by its recipe. */
export async function archiveOf(image: Image): Promise<string> {
    const recipe = createHash("sha256").update(JSON.stringify([suite, image]));
    if ("binary" in image.content) {
        recipe.update(await readFile(image.content.binary));
    }
    const name = basename(image.name).split(":")[0] ?? "";
    return join(cacheFolder, "images", `${name}-${recipe.digest("hex").slice(0, 16)}.tar`);
}

/**
 * Makes an image's archive, in the OCI layout.
 *
 * @throws Error with the output of the program that failed
 */
export async function makeImage(image: Image): Promise<void> {
    const archive = await archiveOf(image);
    const work = archive.replace(/tar$/, "work");
    // What a run that was ended left.
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    try {
        await layer(image, join(work, "layer.tar"));
        const oci = join(work, "oci");
        // The tag, which an import puts behind the name that it is given.
        const reference = `${oci}:${suite}`;
        await execa("umoci", ["init", "--layout", oci]);
        await execa("umoci", ["new", "--image", reference]);
        await execa("umoci", ["raw", "add-layer", "--image", reference, join(work, "layer.tar")]);
        const command = (image.command ?? []).flatMap((word) => ["--config.entrypoint", word]);
        const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        await execa("umoci", ["config", "--image", reference, "--config.env", path, ...command]);
        await execa("tar", ["-C", oci, "-cf", join(work, "archive.tar"), "."]);
        await rename(join(work, "archive.tar"), archive);
    } finally {
        await rm(work, { recursive: true, force: true });
    }
}

async function layer({ content }: Image, tar: string): Promise<void> {
    if ("packages" in content) {
        // Unpacked, not configured: no package manager, no shell unless it is asked for.
        await execa("mmdebstrap", ["--variant=extract", `--include=${content.packages.join(",")}`, suite, tar]);
    } else {
        await execa("tar", ["-C", join(content.binary, ".."), "-cf", tar, basename(content.binary)]);
    }
}
