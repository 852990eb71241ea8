import { readFileSync } from "node:fs";
import type { CounterValues } from "../split/protocol/line";

/** Groups of counters that are TCP's. */
const groups = ["Tcp:", "TcpExt:"];

/**
 * The kernel's counters of TCP in this pod's network namespace, as they stand now. One that the kernel does not have is
 * left out.
 *
 * @param wanted their names
 * @param folder of the files `snmp` and `netstat`: each group is a line of names, and a line of values after it
 */
export function readCounters(wanted: readonly string[], folder = "/proc/net"): CounterValues {
    const found: Record<string, number> = {};
    for (const file of ["snmp", "netstat"]) {
        const lines = linesOf(`${folder}/${file}`).map((line) => line.split(/\s+/));
        lines.forEach(([group = "", ...names], i) => {
            const [next, ...values] = lines[i + 1] ?? [];
            if (!groups.includes(group) || next !== group) {
                return;
            }
            names.forEach((name, position) => {
                const value = values[position] ?? "";
                if (wanted.includes(name) && /^\d+$/.test(value)) {
                    found[name] = Number(value);
                }
            });
        });
    }
    return found;
}

/** Not every kernel has every file. */
function linesOf(path: string): string[] {
    try {
        return readFileSync(path, "utf8").split("\n");
    } catch {
        return [];
    }
}
