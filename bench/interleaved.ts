import { medianSorted } from "simple-statistics";

/** What each contestant measured in one round, by its name. */
export type Round = Readonly<Record<string, number>>;

/**
 * Lets contestants run in turn, again and again: each round begins with the next of them, so that what the machine does
 * meanwhile favours none. Only ratios within a round count on a machine that does other things.
 */
export async function interleaved(
    rounds: number,
    contestants: Readonly<Record<string, (round: number) => Promise<number>>>,
): Promise<Round[]> {
    const names = Object.keys(contestants);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
        const first = round % names.length;
        const values: Record<string, number> = {};
        for (const name of [...names.slice(first), ...names.slice(0, first)]) {
            const value = await contestants[name]?.(round);
            if (value === undefined || !(value > 0)) {
                throw new Error(`${name}, round ${round + 1}: measured ${value}`);
            }
            values[name] = value;
        }
        measured.push(values);
    }
    return measured;
}

/** Median, least and greatest, such as `1.75 (1.60 to 2.10)`. */
export function spread(values: readonly number[], digits = 2): string {
    const sorted = values.toSorted((a, b) => a - b);
    const [median, least, most] = [medianSorted(sorted), sorted[0], sorted.at(-1)].map((each) => each?.toFixed(digits));
    return `${median} (${least} to ${most})`;
}

/** A row for each contestant: what it measured, and its ratio within each round to the baseline's. */
export function ratioRows(rounds: readonly Round[], baseline: string, digits: number): string[] {
    return Object.keys(rounds[0] ?? {}).map((name) => {
        const values = rounds.map((each) => each[name] ?? NaN);
        const ratios = rounds.map((each) => (each[name] ?? NaN) / (each[baseline] ?? NaN));
        return `| ${name} | ${spread(values, digits)} | ${name === baseline ? "1" : spread(ratios)} |`;
    });
}
