import type { TopLevelSpec } from "vega-lite";
import type { Percentiles } from "../../split/measurement/serviceSummary";
import { chartConfig, chartWidth, colour } from "./style";

/** The percentiles of one client, in milliseconds. */
export interface LatencyRow extends Percentiles {
    readonly client: string;
}

const rowHeight = 24;
const letterWidth = 6.9;
/** The most letters of a client's name; the table beside the chart has the whole name. */
const mostLetters = 24;

const shortened = `length(datum.label) > ${mostLetters} ? slice(datum.label, 0, ${mostLetters - 1}) + "…" : datum.label`;

/** Resolution of the times in milliseconds. A logarithmic scale has no 0, and shows it here. */
const resolution = 0.001;

/**
 * The range of one phase of a request by client, on a logarithmic scale: a dot at the median, a thick line to the 90th
 * percentile, a thin one to the 99th, and a ring at the maximum.
 *
 * @param domain of the scale in milliseconds, see {@link decades}
 */
export function latencyChart(rows: readonly LatencyRow[], domain: readonly [number, number]): TopLevelSpec {
    const longest = Math.min(mostLetters, Math.max(0, ...rows.map(({ client }) => client.length)));
    const padding = { left: Math.round(longest * letterWidth) + 12, right: 18, top: 4, bottom: 28 };
    const values = ticks(domain);
    const width = chartWidth - padding.left - padding.right;
    const isDense = width / (values.length - 1) < 33;
    const labels = values.map((value, i) => [value, isDense && !isUnit(value) ? "" : duration(value, i === 0)]);
    const labelExpr = `${JSON.stringify(Object.fromEntries(labels))}[datum.value]`;
    const scaleDomain = [...domain];
    const y = { field: "client", type: "nominal", sort: null, axis: { labelExpr: shortened } } as const;
    const x = (field: string) =>
        ({
            field,
            type: "quantitative",
            scale: { type: "log", domain: scaleDomain, nice: false },
            axis: { values, labelExpr },
        }) as const;
    const line = (from: string, to: string, strokeWidth: number, stroke: string) =>
        ({
            mark: { type: "rule", strokeWidth, stroke, strokeCap: "round" },
            encoding: { y, x: x(from), x2: { field: to } },
        }) as const;
    return {
        background: "transparent",
        padding,
        width,
        height: rowHeight * rows.length,
        config: chartConfig,
        data: { values: rows.map(drawn) },
        layer: [
            line("p50", "p99", 1.5, colour.range),
            line("p50", "p90", 6, colour.range),
            {
                mark: {
                    type: "point",
                    fill: colour.paper,
                    stroke: colour.range,
                    strokeWidth: 1.25,
                    size: 26,
                    opacity: 1,
                },
                encoding: { y, x: x("max") },
            },
            {
                mark: { type: "point", fill: colour.ink, stroke: colour.paper, strokeWidth: 1.5, size: 64, opacity: 1 },
                encoding: { y, x: x("p50") },
            },
        ],
    };
}

/** Powers of ten that enclose all values, in milliseconds; 0.1 and 1 without values. */
export function decades(rows: readonly Percentiles[]): [number, number] {
    const all = rows.map(drawn);
    if (all.length === 0) {
        return [0.1, 1];
    }
    const lowest = Math.floor(Math.log10(Math.min(...all.map(({ p50 }) => p50))));
    const highest = Math.ceil(Math.log10(Math.max(...all.map(({ max }) => max))));
    return [10 ** lowest, 10 ** Math.max(highest, lowest + 1)];
}

function drawn<T extends Percentiles>(row: T): T {
    const atLeast = (value: number): number => Math.max(value, resolution);
    return {
        ...row,
        p50: atLeast(row.p50),
        p90: atLeast(row.p90),
        p99: atLeast(row.p99),
        max: atLeast(row.max),
    };
}

function ticks([from, to]: readonly [number, number]): number[] {
    const first = Math.round(Math.log10(from));
    return Array.from({ length: Math.round(Math.log10(to)) - first + 1 }, (_, i) => 10 ** (first + i));
}

function isUnit(milliseconds: number): boolean {
    return Math.round(Math.log10(milliseconds)) % 3 === 0;
}

/** A power of ten of milliseconds: "1 ms"; between units "10" and "100", with the unit only on request. */
function duration(milliseconds: number, withUnit: boolean): string {
    const power = Math.round(Math.log10(milliseconds));
    const unit = Math.floor(power / 3);
    const figure = String(10 ** (power - 3 * unit));
    const name = ["µs", "ms", "s"][unit + 1];
    return name === undefined ? `${milliseconds} ms` : isUnit(milliseconds) || withUnit ? `${figure} ${name}` : figure;
}
