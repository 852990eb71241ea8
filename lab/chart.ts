import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { certManagerPrograms, imageRepository } from "./images";
import { versions } from "./versions";

/**
 * Makes cert-manager's chart of what its sources hold, as its own release does, with the lab's images.
 *
 * @param sources folder `deploy` of cert-manager's sources
 * @param target folder of the chart
 * @throws Error where the sources are not what this version of the lab knows
 */
export async function makeChart(sources: string, target: string): Promise<void> {
    const chart = join(sources, "charts", "cert-manager");
    const templates = join(target, "templates");
    await mkdir(target, { recursive: true });
    await cp(join(chart, "templates"), templates, { recursive: true });
    await writeFile(
        join(target, "Chart.yaml"),
        describeChart(await readFile(join(chart, "Chart.template.yaml"), "utf8")),
    );
    await writeFile(join(target, "values.yaml"), nameImages(await readFile(join(chart, "values.yaml"), "utf8")));
    const crds = join(sources, "crds");
    const files = (await readdir(crds)).filter((file) => file.endsWith(".yaml")).sort();
    const definitions = await Promise.all(files.map((file) => readFile(join(crds, file), "utf8")));
    await writeFile(join(templates, "crds.yaml"), ifInstalled(definitions));
}

/** The template of a Chart.yaml with the version that cert-manager's release puts into it. */
export function describeChart(template: string): string {
    const chart = parseDocument(template);
    chart.set("version", `v${versions.certManager}`);
    chart.set("appVersion", `v${versions.certManager}`);
    chart.setIn(["annotations", "artifacthub.io/prerelease"], "false");
    return String(chart);
}

/** The chart's values with the lab's images, of which each must be named once; what is commented out stays as it is. */
export function nameImages(values: string): string {
    return certManagerPrograms.reduce((text, program) => {
        const parts = text.split(new RegExp(`(?<=^ *)repository: \\S+/cert-manager-${program}\n`, "m"));
        if (parts.length !== 2) {
            throw new Error(`cert-manager's chart names its image of ${program} ${parts.length - 1} times`);
        }
        return parts.join(`repository: ${imageRepository}/cert-manager-${program}\n`);
    }, values);
}

/**
 * Definitions of custom resources as one template of the chart: its value `installCRDs` says whether they are in it.
 */
export function ifInstalled(definitions: readonly string[]): string {
    return `{{- if .Values.installCRDs }}\n${definitions.join("---\n")}{{- end }}\n`;
}
