import { eventsOf, readDigest, unlistedIn } from "./digest";
import { eventStart, readEvent, type PreviewEvent } from "./events";

/** The text has no preview in it, or a preview that was cut. */
export class PreviewError extends Error {
    override readonly name = "PreviewError";
}

/** What a preview printed on its standard output. */
export interface StandardOutput {
    readonly events: readonly PreviewEvent[];
    /** Whether the events come from a digest. */
    readonly isDigest: boolean;
    /** Number of unchanged resources that no event announces; 0 for a stream. */
    readonly unlisted: number;
    /** Lines before, between and after what the engine printed, such as those of an installation; empty ones apart. */
    readonly otherLines: readonly string[];
}

const variable = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true";

/**
 * Reads what `pulumi preview --json` printed: with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true a stream with one event a
 * line, otherwise a digest. Other lines may stand around and between the events, and around the digest.
 *
 * @throws PreviewError if there is neither, if an event is torn, or if the preview ends before its summary
 */
export function readStandardOutput(text: string): StandardOutput {
    const lines = text.split(/\r?\n/);
    return lines.some((line) => line.includes(eventStart)) ? stream(lines) : digest(lines);
}

function stream(lines: readonly string[]): StandardOutput {
    const events: PreviewEvent[] = [];
    const otherLines: string[] = [];
    for (const [i, line] of lines.entries()) {
        // A program that prints no newline leaves its text before the event.
        const start = line.includes(eventStart) ? line.indexOf(eventStart) : line.length;
        otherLines.push(line.slice(0, start));
        if (start < line.length) {
            const event = readEvent(line.slice(start));
            if (event === null) {
                throw new PreviewError(`line ${i + 1} of the preview is a torn event: ${quoted(line)}`);
            }
            events.push(event);
        }
    }
    if (!events.some(({ summaryEvent }) => summaryEvent !== undefined)) {
        throw new PreviewError("the preview ends without its summary: it was cut");
    }
    return { events, isDigest: false, unlisted: 0, otherLines: otherLines.filter(isText) };
}

function digest(lines: readonly string[]): StandardOutput {
    for (const [start, line] of lines.entries()) {
        // The engine indents all lines between the first and the last.
        const end = line === "{" ? lines.indexOf("}", start) + 1 : 0;
        const read = end === 0 ? null : readDigest(lines.slice(start, end).join("\n"));
        if (read !== null) {
            return {
                events: eventsOf(read),
                isDigest: true,
                unlisted: unlistedIn(read),
                otherLines: [...lines.slice(0, start), ...lines.slice(end)].filter(isText),
            };
        }
    }
    const first = lines.find(isText);
    const found = first === undefined ? "it is empty" : `its first line is ${quoted(first)}`;
    throw new PreviewError(
        `the preview has neither an event nor a whole digest, ${found}: give what ${variable} pulumi preview --json printed`,
    );
}

function isText(line: string): boolean {
    return line.trim() !== "";
}

function quoted(line: string): string {
    return JSON.stringify(line.slice(0, 60));
}
