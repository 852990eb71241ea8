import type { TopLevelSpec } from "vega-lite";

/**
 * A chart as the content of an SVG element. The page that places it gives the element its role and its name.
 */
export interface Drawing {
    readonly width: number;
    readonly height: number;
    /** Markup in which every text is escaped. */
    readonly content: string;
}

/**
 * Draws a chart without a browser.
 *
 * @throws Error where Vega returns anything but an SVG element
 */
export async function draw(spec: TopLevelSpec): Promise<Drawing> {
    // Both have top-level awaits, so only import() loads them.
    const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
    const svg = await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
    const { width, height, content } =
        /^<svg [^>]*viewBox="0 0 (?<width>[\d.]+) (?<height>[\d.]+)"[^>]*>(?<content>.*)<\/svg>$/s.exec(svg)?.groups ??
        {};
    if (width === undefined || height === undefined || content === undefined) {
        throw new Error(`Vega returned no SVG element but ${svg.slice(0, 100)}`);
    }
    return { width: Number(width), height: Number(height), content };
}
