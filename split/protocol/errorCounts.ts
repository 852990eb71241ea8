/**
 * Failed requests by message of at most 100 characters, told apart by cause, the commonest first; beyond the 4
 * commonest they are counted together.
 *
 * @param counted messages as clients give them, each with how often it came
 */
export function errorCounts(counted: readonly (readonly [message: string, count: number])[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const [message, count] of counted) {
        const cause = shortened(withoutFigures(message));
        counts.set(cause, (counts.get(cause) ?? 0) + count);
    }
    return commonest(
        [...counts].sort(([, a], [, b]) => b - a),
        mostMessages,
    );
}

/**
 * The first of them, and the sum of the others as one.
 *
 * @param counts messages, the commonest first
 */
export function commonest(counts: readonly (readonly [string, number])[], most: number): Record<string, number> {
    const others = counts.slice(most);
    const rest = others.reduce((sum, [, count]) => sum + count, 0);
    return Object.fromEntries([
        ...counts.slice(0, most),
        ...(others.length === 0 ? [] : [[`${others.length} other messages`, rest]]),
    ]) as Record<string, number>;
}

// A server that answers something else each time, or at length, would fill the stack's state with its answers.
const mostMessages = 4;

function shortened(message: string): string {
    return message.replace(/^([^]{99})[^]{2,}$/u, "$1…");
}

// Messages hold how long was waited and from which port: without that, one cause is one message, and can be counted.
function withoutFigures(message: string): string {
    return message.replace(/ after \d+ (ms|milliseconds)/g, "").replace(/(\d+\.\d+\.\d+\.\d+):\d{5}\b/g, "$1");
}
