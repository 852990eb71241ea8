import { execa } from "execa";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { cacheFolder } from "./layout";
import type { Binaries } from "./modules";
import { versions } from "./versions";

/** An image made on this machine; its name belongs to no registry. It contains all parts that are given. */
export interface Image {
    readonly name: string;
    /** Debian packages whose files it holds, apart from those that match a pattern of `without`. */
    readonly packages?: readonly string[];
    readonly without?: readonly string[];
    /** Path of a static binary, which is put on its PATH; its folder's name pins what it is. */
    readonly binary?: string;
    /** Name of a program in lab/ that puts more files into a folder; it is given the suite's name and the folder. */
    readonly recipe?: string;
    readonly command?: readonly string[];
    /** Number of the user that it runs as. @default root */
    readonly user?: string;
    /** Whether it is unpacked only when a pod needs it, on every node: for one that few stacks need. */
    readonly rare?: boolean;
}

const suite = "bookworm";
export const imageRepository = "traffic-split.lab";

/** The version, as in the tag of the official image, by which a reader of the cluster knows what DNS does. */
export const corednsTag = `v${versions.coreDns}`;
const nameOf = (name: string, tag = suite): string => `${imageRepository}/${name}:${tag}`;

/** Name of the image that every pod's sandbox runs. */
export const pauseImage = nameOf("pause");

// Unpacked, not configured: no package manager, no shell unless it is asked for. As on Debian, /bin is in /usr.
const unpacked = ["--variant=extract", "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"];

const hostnameServer = `events {} http { server { listen 80; location / { default_type text/plain; return 200 "$hostname\\n"; } } }`;
const answerHostname = `echo root:x:0:0::/:/ >/etc/passwd && echo root:x:0: >/etc/group &&
echo '${hostnameServer}' >/etc/nginx/nginx.conf && exec nginx -g 'daemon off; user root; pid /nginx.pid;'`;

// More than a third of what the packages of Go hold: its own programs as libraries and as sources, and its tests.
export const neverRun = ["*/pkg/linux_*/cmd/*", "*/src/cmd/*", "*/test/*", "*/testdata/*", "*_test.go"];

/** Those of cert-manager's programs that its chart runs; another one answers challenges of public authorities. */
export const certManagerPrograms = ["controller", "webhook", "cainjector", "ctl"] as const;

/** Images that every lab has. @param binaries folder of CoreDNS' program */
export function images({ coredns }: Pick<Binaries, "coredns">): Image[] {
    const all: Image[] = [
        { name: "pause", packages: ["busybox-static"], command: ["/bin/busybox", "sleep", "infinity"] },
        { name: "coredns", binary: join(coredns, "coredns"), command: ["/usr/local/bin/coredns"] },
        { name: "nginx", packages: ["nginx-light"] },
        // Like the article's image: it answers with its host name by itself, and runs as root.
        { name: "nginx-hostname", packages: ["nginx-light", "dash"], command: ["/bin/dash", "-c", answerHostname] },
        { name: "probe", packages: ["nodejs", "curl"] },
        // Clients, each with a way of its own to resolve names.
        { name: "curl", packages: ["curl", "dash", "coreutils"] },
        { name: "curl-musl", packages: ["busybox-static"], recipe: "curl-musl" },
        { name: "python", packages: ["python3"] },
        { name: "go", packages: ["golang-go"], without: neverRun },
    ];
    const tags: Readonly<Record<string, string>> = { coredns: corednsTag };
    return all.map((image) => ({ ...image, name: nameOf(image.name, tags[image.name]) }));
}

/** Images of cert-manager, which a lab has once a stack asked for TLS. @param programs folder of its programs */
export function certManagerImages(programs: string): Image[] {
    return certManagerPrograms.map((program) => ({
        name: nameOf(`cert-manager-${program}`, `v${versions.certManager}`),
        binary: join(programs, program),
        command: [`/usr/local/bin/${program}`],
        // Its chart demands a user other than root.
        user: "1000",
        rare: true,
    }));
}

/** Images whose archives are not in the cache. */
export async function missingImages(all: readonly Image[]): Promise<Image[]> {
    const there = await Promise.all(all.map(async (image) => existsSync(await archiveOf(image))));
    return all.filter((_, i) => !there[i]);
}

/** Path of an image's archive, named by everything that goes into it. */
export async function archiveOf(image: Image): Promise<string> {
    const hash = createHash("sha256").update(JSON.stringify([suite, image]));
    if (image.recipe !== undefined) {
        hash.update(await readFile(resolve(__dirname, image.recipe)));
    }
    const name = basename(image.name).split(":")[0] ?? "";
    return join(cacheFolder, "images", `${name}-${hash.digest("hex").slice(0, 16)}.tar`);
}

/**
 * Makes an image's archive, in the OCI layout.
 *
 * @throws Error with the output of the program that failed
 */
export async function makeImage(image: Image): Promise<void> {
    const archive = await archiveOf(image);
    const work = archive.replace(/tar$/, "work");
    // What an interrupted run left.
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    try {
        await layer(image, work);
        const oci = join(work, "oci");
        // The tag, which an import puts behind the name that it is given.
        const reference = `${oci}:${image.name.split(":")[1]}`;
        await execa("umoci", ["init", "--layout", oci]);
        await execa("umoci", ["new", "--image", reference]);
        await execa("umoci", ["raw", "add-layer", "--image", reference, join(work, "layer.tar")]);
        const command = (image.command ?? []).flatMap((word) => ["--config.entrypoint", word]);
        const user = image.user === undefined ? [] : ["--config.user", image.user];
        const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        await execa("umoci", ["config", "--image", reference, "--config.env", path, ...user, ...command]);
        await execa("tar", ["-C", oci, "-cf", join(work, "archive.tar"), "."]);
        await rename(join(work, "archive.tar"), archive);
    } finally {
        await rm(work, { recursive: true, force: true });
    }
}

async function layer({ packages, without = [], binary, recipe }: Image, work: string): Promise<void> {
    const tar = join(work, "layer.tar");
    const more = join(work, "more");
    await mkdir(more);
    if (packages !== undefined) {
        const excluded = without.map((pattern) => `--dpkgopt=path-exclude=${pattern}`);
        await execa("mmdebstrap", [...unpacked, ...excluded, `--include=${packages.join(",")}`, suite, tar]);
    }
    if (binary !== undefined) {
        await execa("install", ["-D", "--target-directory", join(more, "usr/local/bin"), binary]);
    }
    if (recipe !== undefined) {
        await execa(resolve(__dirname, recipe), [suite, more]);
    }
    // Appended, or on its own; whoever a pod runs as may read it, whatever the umask is here.
    await execa("tar", ["-C", more, "--mode=a+rX", "-rf", tar, "."]);
}
