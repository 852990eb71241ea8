/**
 * Counts failed requests by their messages. Messages that differ only in figures count as one; a message has at most
 * 100 characters; beyond the 4 most frequent, messages are counted together.
 *
 * @param counted messages as clients give them, each with its count
 */
export function errorCounts(counted: readonly (readonly [message: string, count: number])[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const [message, count] of counted) {
        const cause = shortened(withoutFigures(message));
        counts.set(cause, (counts.get(cause) ?? 0) + count);
    }
    return mostFrequent(
        [...counts].sort(([, a], [, b]) => b - a),
        mostMessages,
    );
}

/**
 * The first counts, and the sum of the others as one.
 *
 * @param counts messages, the most frequent first
 */
export function mostFrequent(counts: readonly (readonly [string, number])[], most: number): Record<string, number> {
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

// Messages hold waiting times and port numbers, so that one cause would look like many.
function withoutFigures(message: string): string {
    return message.replace(/ after \d+ (ms|milliseconds)/g, "").replace(/(\d+\.\d+\.\d+\.\d+):\d{5}\b/g, "$1");
}
