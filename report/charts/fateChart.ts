import type { TopLevelSpec } from "vega-lite";
import { fates, type DisruptedSeconds, type Fate } from "../../split/measurement/disruption";
import { chartConfig, chartWidth, colour } from "./style";

const padding = { left: 34, right: 10, top: 6, bottom: 24 };
const height = 64;

/** Scales of a chart. */
export interface FateScale {
    /** The first second. */
    readonly from: number;
    /** The last second. */
    readonly to: number;
    /** The most requests that ended in one second. */
    readonly most: number;
}

const colours: Readonly<Record<Fate, string>> = {
    stayed: colour.bar,
    lost: colour.lost,
    gained: colour.gained,
    failed: colour.failed,
};

/** Requests by the second in which they ended, and by who answered them. The disruption is at 0. */
export function fateChart(seconds: DisruptedSeconds, { from, to, most }: FateScale): TopLevelSpec {
    const values = seconds.stayed.flatMap((_, i) => stacked(seconds, i));
    const x = { type: "quantitative" as const, scale: { domain: [from, to + 1], nice: false } };
    const ticks = [-30, -20, -10, 0, 10, 20, 30].filter((tick) => tick >= from && tick <= to + 1);
    return {
        background: "transparent",
        padding,
        width: chartWidth - padding.left - padding.right,
        height,
        config: chartConfig,
        layer: [
            {
                data: { values },
                mark: { type: "rect" },
                encoding: {
                    x: { field: "second", ...x, axis: { values: ticks, labelExpr: "datum.value + ' s'" } },
                    x2: { field: "end" },
                    y: {
                        field: "low",
                        type: "quantitative",
                        scale: { domain: [0, most], nice: false },
                        axis: { values: [0, most] },
                    },
                    y2: { field: "high" },
                    color: {
                        field: "fate",
                        type: "nominal",
                        legend: null,
                        scale: { domain: [...fates], range: fates.map((fate) => colours[fate]) },
                    },
                },
            },
            {
                data: { values: [{ at: 0 }] },
                mark: { type: "rule", stroke: colour.ink, strokeWidth: 1.5, strokeDash: [4, 3] },
                encoding: { x: { field: "at", ...x } },
            },
        ],
    };
}

/** One rectangle for each fate that occurred in a second, stacked. */
function stacked(seconds: DisruptedSeconds, i: number): object[] {
    let low = 0;
    return fates.flatMap((fate) => {
        const count = seconds[fate][i] ?? 0;
        low += count;
        const second = seconds.from + i;
        return count === 0 ? [] : [{ second, end: second + 1, fate, low: low - count, high: low }];
    });
}

/**
 * The same time for all clients, and the same height for the Services of one client: a client that waits and then sends
 * everything at once would flatten the others.
 *
 * @param all seconds of all clients and Services
 * @param own seconds of one client, at each Service
 */
export function fateScale(all: readonly DisruptedSeconds[], own: readonly DisruptedSeconds[]): FateScale {
    const totals = own.flatMap((seconds) =>
        seconds.stayed.map((_, i) => fates.reduce((sum, fate) => sum + (seconds[fate][i] ?? 0), 0)),
    );
    return {
        from: Math.min(0, ...all.map(({ from }) => from)),
        to: Math.max(0, ...all.map(({ from, stayed }) => from + stayed.length - 1)),
        most: Math.max(1, ...totals),
    };
}
