import { execFile } from "node:child_process";
import type { Request } from "../split/record";
import { requestTimeoutSeconds } from "./plan";

/** The variables of curl's `--write-out '%{json}'` that a record is made of; times are in seconds. */
export interface CurlReport {
    readonly exitcode: number;
    readonly errormsg: string | null;
    readonly http_code: number;
    readonly remote_ip: string;
    readonly time_namelookup: number;
    readonly time_connect: number;
    readonly time_total: number;
}

// A host name is at most 64 bytes; more than this is an answer of something else.
const maxAnswerBytes = 4096;

const hostName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** curl's first line about itself, with its resolver and libraries. */
export function curlVersion(): Promise<string> {
    return new Promise((resolve, reject) => {
        execFile("curl", ["--version"], (error, stdout) => {
            if (error instanceof Error) {
                reject(error);
            } else {
                resolve(stdout.split("\n")[0] ?? "");
            }
        });
    });
}

/**
 * One request by a curl process of its own: it looks the name up anew and opens a new connection.
 * The name is the short one, found by the pod's search list, as a person would type it.
 */
export function curlRequest(service: number, index: number, url: string): Promise<Request> {
    const args = ["-q", "--silent", "--noproxy", "*", "--max-time", String(requestTimeoutSeconds), "--ipv4"];
    return new Promise((resolve, reject) => {
        execFile(
            "curl",
            [...args, "--write-out", "\\n%{json}", url],
            { maxBuffer: 16 * maxAnswerBytes, timeout: (requestTimeoutSeconds + 5) * 1000 },
            (error, stdout) => {
                if (error !== null && "code" in error && error.code === "ENOENT") {
                    reject(new Error("the probe's image has no curl", { cause: error }));
                } else {
                    resolve({ service, index, ...readOutput(stdout, error) });
                }
            },
        );
    });
}

/**
 * What curl's output says: the body, a line break and the report.
 *
 * @param failure how the process failed, beyond what its report says
 */
export function readOutput(stdout: string, failure: Error | null): Omit<Request, "service" | "index"> {
    const end = stdout.lastIndexOf("\n");
    const report = reportIn(stdout.slice(end + 1));
    if (report === null) {
        const reason = `curl ended without a report: ${failure?.message ?? "no reason given"}`;
        return { address: null, pod: null, dnsMs: 0, connectMs: 0, totalMs: 0, error: reason.slice(0, 200) };
    }
    const answer = stdout.slice(0, Math.max(end, 0)).trim();
    const error = problem(report, answer);
    return {
        address: report.remote_ip === "" ? null : report.remote_ip,
        pod: error === null ? answer : null,
        dnsMs: milliseconds(report.time_namelookup),
        connectMs: milliseconds(Math.max(report.time_connect - report.time_namelookup, 0)),
        totalMs: milliseconds(report.time_total),
        error,
    };
}

/** null where it is none: a process that was killed leaves the start of an answer, which may be JSON too. */
function reportIn(text: string): CurlReport | null {
    try {
        const report = JSON.parse(text) as Partial<CurlReport> | null;
        return typeof report?.exitcode === "number" ? (report as CurlReport) : null;
    } catch {
        return null;
    }
}

function problem(report: CurlReport, answer: string): string | null {
    if (report.exitcode !== 0) {
        return `curl (${report.exitcode}): ${withoutFigures(report.errormsg ?? "no message")}`;
    }
    if (report.http_code !== 200) {
        return `HTTP ${report.http_code}`;
    }
    return hostName.test(answer) ? null : `not a pod's name: ${JSON.stringify(answer.slice(0, 60))}`;
}

// curl's messages hold how long it waited: without that, one cause is one message, and can be counted.
function withoutFigures(message: string): string {
    return message
        .replace(/ after \d+ ms/g, "")
        .replace(/ after \d+ milliseconds/g, "")
        .slice(0, 160);
}

function milliseconds(seconds: number): number {
    return Math.round(seconds * 1e6) / 1e3;
}
