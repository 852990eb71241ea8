import { expect } from "chai";
import { decode, encode, streamDecode, streamEncode, type RecordType } from "dns-packet";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { forward, forwardAll } from "../../probe/forwarder";
import { Lookups } from "../../probe/lookups";
import { parseResolverLog, type ResolverLog } from "../../split/protocol/resolverLog";
import type { Line } from "../../split/protocol/line";
import { lineWriter } from "../../split/protocol/lineWriter";
import { Nameserver } from "./nameserver";
import { smallResolverRun, textOf } from "./probeLogs";

const [web, db, many, odd] = ["web.ns.svc.x", "db.ns.svc.x", "many.ns.svc.x", "odd.ns.svc.x"] as const;
const addresses = ["10.0.0.7", "10.0.0.10", "10.0.0.9"];

describe("the resolver beside the clients", () => {
    const manyAddresses = Array.from({ length: 60 }, (_, i) => `10.1.0.${i}`);
    const zone = { [web]: addresses, [db]: ["10.96.0.7"], [many]: manyAddresses, "other.x": ["10.9.9.9"] };
    let upstream: Nameserver;
    let lines: Line[];
    let lookups: Lookups;
    let port: number;
    let client = 0;

    const asked = (name: string, resolver = new Resolver({ timeout: 2_000, tries: 1 })) => {
        resolver.setServers([`127.0.8.${client}:${port}`]);
        return resolver.resolve4(name);
    };
    const written = (): ResolverLog => {
        lookups.end();
        const line = lineWriter("7f3a");
        const header = { ...smallResolverRun.header, clients: ["me"], names: [web, db, many, odd] };
        return parseResolverLog(textOf([{ kind: "resolver", data: header } as Line, ...lines].map(line)));
    };

    beforeEach(async () => {
        upstream = new Nameserver(zone, [many], [odd]);
        port = await upstream.start("127.0.9.1");
        lines = [];
        lookups = new Lookups([web, db, many, odd], (each) => lines.push(each));
        // What listens stays until the tests end, so that each has an address of its own.
        const listen = `127.0.8.${++client}`;
        const seen = (message: Buffer): void => {
            lookups.record(0, message);
        };
        await forward({ listen, nameserver: "127.0.9.1", port, seen });
    });
    afterEach(() => {
        upstream.stop();
    });

    it("answers as the cluster's DNS does, and writes down each answer in its order", async () => {
        const answers = [await asked(web), await asked(web), await asked(db)];
        expect(answers).to.deep.equal([addresses, ["10.0.0.10", "10.0.0.9", "10.0.0.7"], ["10.96.0.7"]]);
        const log = written();
        expect(log.answersTo("me", "web")).to.deep.equal(answers.slice(0, 2));
        expect(log.answersTo("me", "db")).to.deep.equal(answers.slice(2));
        expect(log.setsOf("web")).to.deep.equal([[...addresses].sort()]);
    });

    it("passes on by TCP what was cut short by UDP, and writes it down once", async () => {
        expect(await asked(many)).to.have.length(60);
        expect(upstream.seen).to.deep.equal([`UDP A ${many}`, `TCP A ${many}`]);
        // The second query gets the addresses one place further.
        expect(written().answersTo("me", "many")).to.deep.equal([[...manyAddresses.slice(1), manyAddresses[0]]]);
    });

    it("passes on several messages on one TCP connection, in whatever pieces they come", async () => {
        const socket = connect(port, `127.0.8.${client}`);
        for (const id of [1, 2]) {
            socket.write(streamEncode({ type: "query", id, questions: [{ type: "A", name: web }] }));
            const [answer] = (await once(socket, "data")) as [Buffer];
            expect(streamDecode(answer).id).to.equal(id);
        }
        socket.destroy();
        expect(written().answersTo("me", "web")).to.have.length(2);
    });

    const passedOver: [what: string, name: string, type: RecordType][] = [
        ["an unknown name", "web.ns.svc.x.ns.svc.x", "A"],
        ["a name of no Service", "other.x", "A"],
        ["a question for IPv6", web, "AAAA"],
    ];
    const query = async (name: string, type: RecordType): Promise<Buffer> => {
        const socket = createSocket("udp4");
        socket.send(encode({ type: "query", id: 7, questions: [{ type, name }] }), port, `127.0.8.${client}`);
        const [answer] = (await once(socket, "message")) as [Buffer];
        socket.close();
        return answer;
    };
    for (const [what, name, type] of passedOver) {
        it(`passes on ${what}, and writes nothing down`, async () => {
            expect(decode(await query(name, type)).id).to.equal(7);
            expect(lines).to.deep.equal([]);
        });
    }

    it("passes on what is no DNS message, writes nothing down, and goes on", async () => {
        expect((await query(odd, "A")).toString()).to.equal("no DNS message");
        expect(await asked(db)).to.deep.equal(["10.96.0.7"]);
        expect(written().answersTo("me", "odd")).to.deep.equal([]);
    });
});

describe("forwarding on a port that is not for everybody", () => {
    it("is told from any other failure: this user may not listen there, or the machine lets everybody", async () => {
        const [least = ""] = readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8").split("\n");
        const forwarding = { listen: "127.0.8.200", nameserver: "127.0.9.1", port: 53, seen: () => undefined };
        const self = process.geteuid?.() ?? 0;
        process.seteuid?.(self === 0 ? 65532 : self);
        try {
            expect(await forwardAll([forwarding])).to.equal(Number(least) <= 53);
        } finally {
            process.seteuid?.(self);
        }
        const error = await forwardAll([{ ...forwarding, listen: "192.0.2.1" }]).catch((each: unknown) => each);
        expect(error).to.have.property("code", "EADDRNOTAVAIL");
    });
});

describe("a look-up", () => {
    const recorded = (packet: Parameters<typeof encode>[0]): Line[] => {
        const lines: Line[] = [];
        new Lookups([web], (line) => lines.push(line)).record(3, encode({ type: "response", ...packet }));
        return lines;
    };
    const a = (data: string) => ({ type: "A", name: web, data }) as const;

    it("is one whatever the letters of its name", () => {
        const questions = [{ type: "A", name: "Web.ns.SVC.x" } as const];
        expect(recorded({ questions, answers: [a("10.0.0.2"), a("10.0.0.1")] })).to.deep.equal([
            { kind: "addresses", data: ["10.0.0.1", "10.0.0.2"] },
            { kind: "lookup", data: { client: 3, name: 0, set: 0, order: [1, 0] } },
        ]);
    });

    it("names each address once, past an alias", () => {
        const alias = { type: "CNAME", name: web, data: "b.x" } as const;
        const questions = [{ type: "A", name: web } as const];
        expect(recorded({ questions, answers: [alias, a("10.0.0.2"), a("10.0.0.2")] })).to.deep.equal([
            { kind: "addresses", data: ["10.0.0.2"] },
            { kind: "lookup", data: { client: 3, name: 0, set: 0, order: [0] } },
        ]);
    });

    it("that the nameserver failed at is none, and one of an unknown name is", () => {
        const questions = [{ type: "A", name: web } as const];
        expect([2, 5].flatMap((flags) => recorded({ questions, flags }))).to.deep.equal([]);
        expect(recorded({ questions, flags: 3 }).at(-1)).to.deep.equal({
            kind: "lookup",
            data: { client: 3, name: 0, set: 0, order: [] },
        });
    });

    it("that found nothing is one, too", () => {
        const questions = [{ type: "A", name: web } as const];
        expect(recorded({ questions, answers: [] })).to.deep.equal([
            { kind: "addresses", data: [] },
            { kind: "lookup", data: { client: 3, name: 0, set: 0, order: [] } },
        ]);
    });
});
