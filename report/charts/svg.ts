import type { TopLevelSpec } from "vega-lite";

/**
 * Draws a chart without a browser, as the content of an SVG element: whoever places it gives that element its role and
 * its name.
 */
export interface Drawing {
    readonly width: number;
    readonly height: number;
    /** Markup; every text in it is escaped. */
    readonly content: string;
}

/** @throws Error where Vega gives anything but an SVG element */
export async function draw(spec: TopLevelSpec): Promise<Drawing> {
    // Both have top-level awaits, so that only import() loads them.
    const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
    const svg = await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
    const { width, height, content } =
        /^<svg [^>]*viewBox="0 0 (?<width>[\d.]+) (?<height>[\d.]+)"[^>]*>(?<content>.*)<\/svg>$/s.exec(svg)?.groups ??
        {};
    if (width === undefined || height === undefined || content === undefined) {
        throw new Error(`Vega drew no SVG element: ${svg.slice(0, 100)}`);
    }
    return { width: Number(width), height: Number(height), content };
}
