import type { RequestListener } from "node:http";

const text = (body: string | Buffer): RequestListener => {
    return (_, response) => response.end(body);
};
const raw = (bytes: string): RequestListener => {
    return ({ socket }) => socket.end(bytes);
};
const page = '<!DOCTYPE html>\n<html lang="en">\n<title>Welcome "to" \\nginx!</title></html>\n';
const noName = /^not a pod's name: /;
/** Answers that are no pod's name, and what a client may say of each. */
export const hostile: [what: string, answer: RequestListener, error: RegExp][] = [
    ["HTTP 500", (_, response) => response.writeHead(500).end("nginx-a"), /^HTTP 500$/],
    ["a redirection", (_, response) => response.writeHead(302, { location: "/a" }).end(), /^HTTP 302$/],
    ["a page", text(page), noName],
    ["nothing", text(""), /^not a pod's name: 0 characters$/],
    ["two names", text("nginx-a\nnginx-b\n"), /^not a pod's name: 15 characters$/],
    ["a name in capitals", text("NGINX-A"), /^not a pod's name: 7 characters$/],
    ["half a name", text("-nginx-"), /^not a pod's name: 7 characters$/],
    ["a name too long for a host", text("a".repeat(254)), noName],
    ["a terminal's codes", text("\u001b[31mnginx-a\u0007"), noName],
    ["bytes of all kinds", text(Buffer.from(Array.from({ length: 256 }, (_, i) => i))), noName],
    ["a line of the protocol", text('\nts4 7f3a 0 end {"count":0}\n'), noName],
    ["10 MB", text("a".repeat(10_000_000)), /^(not a pod's name|curl \(63\)): /],
    [
        "much in chunks",
        (_, response) => {
            response.write("a\n".repeat(50_000));
            response.end();
        },
        noName,
    ],
    ["a cut connection", ({ socket }) => socket.destroy(), /./],
    ["a reset", ({ socket }) => socket.resetAndDestroy(), /./],
    ["half an answer", raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnginx"), /./],
    ["no HTTP", raw('\u001b[31m "what"\r\n\r\n'), /./],
    ["no status", raw('HTTP/1.1 \u001b[31m"\r\n\r\n'), /./],
    ["another protocol", raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"), /./],
];
