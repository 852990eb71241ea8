import { expect } from "chai";
import { LogError } from "../../split/protocol/decodeLine";
import { parseClientLog } from "../../split/protocol/clientLog";
import { countersOf, linesOf, requestsTo, smallLog, textOf } from "./probeLogs";

const lines = linesOf(smallLog);
const other = linesOf(smallLog, "b00b");

/** The small log with some lines changed; null removes one. */
function withLines(changes: Record<number, string | null>): string[] {
    return lines.flatMap((line, number) => changes[number] ?? (changes[number] === null ? [] : line));
}

describe("a client's log", () => {
    it("reads back as it was written", () => {
        expect(parseClientLog(textOf(lines))).to.deep.equal(smallLog);
    });

    const harmless: [string, string][] = [
        ["lines in another order", textOf([...lines].reverse())],
        ["every line twice", textOf([...lines, ...lines])],
        ["no line break at its end", textOf(lines).trimEnd()],
        ["a warning of the runtime between its lines", textOf(["(node:1) Warning: ts4 is nice", ...lines, ""])],
    ];
    for (const [damage, text] of harmless) {
        it(`is whole with ${damage}`, () => {
            expect(parseClientLog(text)).to.deep.equal(smallLog);
        });
    }

    it("keeps an error's text, whatever its characters", () => {
        const error = 'line\u2028separator, paragraph\u2029separator, \u0000, \r\n, "quotes", \\, 🦭';
        const requests = smallLog.requests.map((request) => (request.pod === null ? { ...request, error } : request));
        const log = { ...smallLog, requests };
        expect(parseClientLog(textOf(linesOf(log)))).to.deep.equal(log);
    });

    it("tells of 200 different pods, and calls what others answer a failure", () => {
        const { header } = smallLog;
        const names = Array.from({ length: 250 }, (_, i) => `nginx-${i}`);
        const requests = requestsTo(0, names);
        const log = {
            kind: "requests" as const,
            header: { ...header, services: ["nginxheadless"], requests: 250 },
            requests,
            counters: countersOf(0),
        };
        const read = parseClientLog(textOf(linesOf(log)));
        const failed = read.kind === "requests" ? read.requests.filter(({ pod }) => pod === null) : [];
        expect(failed.map(({ index, error }) => [index, error])).to.deep.equal(
            requests.slice(200).map(({ index }) => [index, "one of more than 200 different answers"]),
        );
    });

    const nothing = 'the log has no line that starts with "ts4 "';
    const edited = (number: number, from: string, to: string): string[] =>
        withLines({ [number]: lines[number]?.replace(from, to) ?? "" });
    const damaged: [damage: string, lines: string[], message: string][] = [
        ["nothing", [], nothing],
        ["only foreign lines", ["Error: cannot find module", "    at probe.js:1"], nothing],
        ["no header", withLines({ 0: null }), "lines are missing from the log: 0"],
        ["no trailer", withLines({ 7: null }), "the log is cut after line 6: there is no line of kind end"],
        ["one line missing", withLines({ 3: null }), "lines are missing from the log: 3"],
        ["two ranges missing", withLines({ 0: null, 2: null, 3: null }), "lines are missing from the log: 0, 2 to 3"],
        ["its oldest part rotated away", lines.slice(4), "lines are missing from the log: 0 to 3"],
        ["the lines of another run", [...lines, ...other], "the log has lines of two runs, 7f3a and b00b"],
        ["another run's trailer", withLines({ 7: other[7] ?? "" }), "the log has lines of two runs, 7f3a and b00b"],
        ["another version", withLines({ 0: "ts1 7f3a 0 header {}" }), "the log has another protocol version than ts4"],
        ["a torn line", withLines({ 3: lines[3]?.slice(0, 30) ?? "" }), "line 3 (request) is torn"],
        ["a line cut before its JSON", withLines({ 3: "ts4 7f3a 3 request" }), "lines are missing from the log: 3"],
        [
            "two lines run together",
            withLines({ 2: `${lines[2]}${lines[3]}`, 3: null }),
            "lines are missing from the log: 3",
        ],
        ["one number for two lines", [...lines, lines[2]?.replace("nginx-b", "nginx-c") ?? ""], "line 2 occurs twice"],
        [
            "no header but a number 0",
            edited(0, "header", "resolver"),
            "the first line must be of kind header, got resolver",
        ],
        ["two headers", edited(1, "request", "header"), "line 1 must be of kind request or counters, got header"],
        [
            "a line of the resolver's",
            edited(1, "request", "lookup"),
            "line 1 must be of kind request or counters, got lookup",
        ],
        [
            "two trailers",
            [...lines, 'ts4 7f3a 8 end {"count":4}'],
            "line 7 must be of kind request or counters, got end",
        ],
        ["a trailer that counts more", edited(7, "4}", "5}"), "counts 5 requests, but the log has 4"],
        [
            "a header that announces more",
            edited(0, '"requests":2', '"requests":3'),
            "nginxheadless: expected 3 requests in order, got 2",
        ],
        [
            "a header that announces fewer",
            edited(0, '"requests":2', '"requests":1'),
            "nginxheadless: expected 1 requests in order, got 2",
        ],
        [
            "a Service that the header does not name",
            edited(0, ',"nginxclusterip"', ""),
            "2 requests are to a Service that the header does not name",
        ],
        ["an index twice", edited(2, "[0,1,", "[0,0,"), "nginxheadless: expected 2 requests in order"],
        ["neither pod nor error", edited(2, '"nginx-b"', "null"), "needs either a pod or an error"],
        ["a pod and an error", edited(2, "2]", '2,"b"]'), "needs either a pod or an error"],
        ["an answer on no connection", edited(2, "[0,1,1,", "[0,1,null,"), "an answer needs a connection"],
        ["a negative time", edited(2, "2]", "-2]"), "line 2 (request) is not valid"],
        ["an address that is none", edited(2, "10.96.0.7", "::1"), "line 2 (request) is not valid"],
        ["no counters of a Service", edited(6, "[1,", "[0,"), "nginxheadless: expected 1 line of kind counters, got 2"],
        ["counters of a Service too many", withLines({ 7: null }).concat(
            'ts4 7f3a 7 counters [2,{},{}]', 'ts4 7f3a 8 end {"count":4}'), "the log has counters of Service 2"], // prettier-ignore
        ["a counter that fell", edited(6, '"TCPSynRetrans":7', '"TCPSynRetrans":11'), "nginxclusterip: counter TCPSynRetrans fell from 11 to 10"], // prettier-ignore
        ["a counter below 0", edited(5, '"TCPSynRetrans":7', '"TCPSynRetrans":-7'), "line 5 (counters) is not valid"],
        ["a field that nobody knows", edited(7, "}", ',"x":1}'), "line 7 (end) is not valid"],
    ];
    for (const [damage, damagedLines, message] of damaged) {
        it(`is refused with ${damage}: ${message}`, () => {
            expect(() => parseClientLog(textOf(damagedLines))).to.throw(LogError, message);
        });
    }

    it("quotes a torn line only so far as a person wants to read it", () => {
        const endless = withLines({ 3: `ts4 7f3a 3 request [${"9".repeat(100_000)}` });
        expect(() => parseClientLog(textOf(endless)))
            .to.throw(LogError)
            .with.property("message")
            .with.length.below(160);
    });
});
