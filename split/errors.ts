/**
 * Failed requests by message, told apart by cause; beyond the 20 commonest messages they are counted together.
 *
 * @param counted messages as clients give them, each with how often it came
 */
export function errorCounts(counted: readonly (readonly [message: string, count: number])[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const [message, count] of counted) {
        const cause = withoutFigures(message);
        counts.set(cause, (counts.get(cause) ?? 0) + count);
    }
    // A server that answers something else each time would fill the stack's state with its answers.
    const sorted = [...counts].sort(([, a], [, b]) => b - a);
    const others = sorted.slice(mostMessages);
    const rest = others.reduce((sum, [, count]) => sum + count, 0);
    return Object.fromEntries([
        ...sorted.slice(0, mostMessages),
        ...(others.length === 0 ? [] : [[`${others.length} other messages`, rest]]),
    ]) as Record<string, number>;
}

const mostMessages = 20;

// Messages hold how long was waited and from which port: without that, one cause is one message, and can be counted.
function withoutFigures(message: string): string {
    return message.replace(/ after \d+ (ms|milliseconds)/g, "").replace(/(\d+\.\d+\.\d+\.\d+):\d{5}\b/g, "$1");
}
