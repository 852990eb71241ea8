import type { TopLevelSpec } from "vega-lite";
import { percent } from "../percent";
import type { ShareRow } from "../shareRows";
import { chartConfig, chartWidth, colour } from "./style";

/** With more pods than these, rows are lower. */
const fewPods = 12;
const padding = { left: 30, right: 116, top: 4, bottom: 28 };
/** Where a scale may end: at 1, or at less where many pods share. */
const ends = [0.04, 0.08, 0.2, 1];
const plotWidth = chartWidth - padding.left - padding.right;

/**
 * Which pods answered one client: for each pod a bar for its share of the connections, whiskers for the interval, and a
 * mark at the expected share.
 *
 * @param end of the scale, see {@link scaleEnd}
 */
export function shareChart(rows: readonly ShareRow[], end: number): TopLevelSpec {
    const rowHeight = rows.length > fewPods ? 21 : 28;
    const size = { bar: rowHeight / 2, mark: rowHeight - 4, cap: (2 * rowHeight) / 7 };
    const domain = [0, end];
    const values = [0, 0.25, 0.5, 0.75, 1].map((part) => part * end);
    const y = {
        field: "letter",
        type: "nominal",
        sort: null,
        axis: { domain: true, domainColor: colour.muted },
    } as const;
    const x = (field: string) =>
        ({
            field,
            type: "quantitative",
            scale: { domain, nice: false },
            axis: { values, labelExpr: `round(datum.value * 100) + (datum.value == ${end} ? " %" : "")` },
        }) as const;
    const whisker = { stroke: colour.ink, strokeWidth: 1.25 };
    const expected = [{ filter: "isValid(datum.expected)" }];
    const value = (field: string, at: number, fill: string) =>
        ({
            mark: { type: "text", align: "right", fontSize: 12, fill },
            encoding: { y, x: { value: plotWidth + at }, text: { field } },
        }) as const;
    return {
        background: "transparent",
        padding,
        width: plotWidth,
        height: rowHeight * rows.length,
        config: chartConfig,
        data: { values: rows.map((row) => ({ ...row, percent: percent(row.share), count: String(row.connections) })) },
        layer: [
            {
                mark: { type: "bar", fill: colour.bar, height: size.bar },
                encoding: { y, x: x("share") },
            },
            {
                transform: expected,
                mark: {
                    type: "tick",
                    orient: "vertical",
                    fill: colour.paper,
                    thickness: 5,
                    size: size.mark,
                    opacity: 1,
                },
                encoding: { y, x: x("expected") },
            },
            { mark: { type: "rule", ...whisker }, encoding: { y, x: x("lower"), x2: { field: "upper" } } },
            ...["lower", "upper"].map((field) => ({
                mark: {
                    type: "tick" as const,
                    orient: "vertical" as const,
                    fill: colour.ink,
                    thickness: 1.25,
                    size: size.cap,
                    opacity: 1,
                },
                encoding: { y, x: x(field) },
            })),
            {
                transform: expected,
                mark: {
                    type: "tick",
                    orient: "vertical",
                    fill: colour.expected,
                    thickness: 2.5,
                    size: size.mark,
                    opacity: 1,
                },
                encoding: { y, x: x("expected") },
            },
            value("percent", 66, colour.ink),
            value("count", 112, colour.muted),
        ],
    };
}

/** Where the common scale of some charts ends: at 1, or at less where all shares are small. */
export function scaleEnd(rows: readonly ShareRow[]): number {
    const largest = Math.max(0, ...rows.flatMap(({ upper, expected }) => [upper, expected ?? 0]));
    return ends.find((end) => largest <= end) ?? 1;
}
