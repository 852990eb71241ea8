import { readFileSync } from "node:fs";
import type { CounterValues } from "../split/protocol/line";

/** Groups with counters of TCP. */
const groups = ["Tcp:", "TcpExt:"];

/**
 * Reads the kernel's TCP counters in this pod's network namespace. A counter that the kernel does not have is left out.
 *
 * @param wanted their names
 * @param folder with the files `snmp` and `netstat`, in which each group is a line of names and then a line of values
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

/** Not every kernel has both files. */
function linesOf(path: string): string[] {
    try {
        return readFileSync(path, "utf8").split("\n");
    } catch {
        return [];
    }
}
