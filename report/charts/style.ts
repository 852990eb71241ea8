import type { Config } from "vega-lite";

/** Width of every chart in pixels, about that of a phone. The page scales it to its column. */
export const chartWidth = 340;

/** Colours that the page's style sheet defines, for light and dark mode. */
export const colour = {
    ink: "var(--ink)",
    muted: "var(--muted)",
    line: "var(--line)",
    paper: "var(--paper)",
    bar: "var(--bar)",
    range: "var(--range)",
    expected: "var(--expected)",
    lost: "var(--lost)",
    gained: "var(--good)",
    failed: "var(--bad)",
} as const;

const labels = { labelColor: colour.muted, labelFontSize: 12, labelLimit: 0 } as const;

/**
 * All lengths in a chart are fixed, with room for the longest label: without a browser the widths of letters are not
 * known.
 */
export const chartConfig: Config = {
    font: "system-ui, sans-serif",
    aria: false,
    autosize: "none",
    view: { stroke: null },
    axis: { ...labels, title: null, domain: false, ticks: false, gridColor: colour.line },
    axisX: { labelPadding: 8, labelFlush: false, labelOverlap: false },
    axisY: { grid: false, labelPadding: 10, labelColor: colour.ink },
};
