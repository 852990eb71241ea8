import { countedKinds, parseCounted, type CountedLog } from "./countedLog";
import { header } from "./line";
import { decode, frame, wholeRun } from "./decodeLine";
import { parseRequests, requestKinds, type RequestLog } from "./requestLog";

/** The log of one client, read whole: each request, or what the client counted. */
export type ClientLog = RequestLog | CountedLog;

/**
 * Reads the log of one client.
 *
 * @param text the whole log. Lines may be in any order, with foreign lines between them
 * @throws LogError where the log is not exactly one whole run
 */
export function parseClientLog(text: string): ClientLog {
    const lines = wholeRun(text);
    const [first] = lines;
    const isCounted = first?.kind === "header" && decode(first, header).counted !== undefined;
    return isCounted
        ? parseCounted(frame(lines, "header", countedKinds))
        : parseRequests(frame(lines, "header", requestKinds));
}
