import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { notListeningFile, type ProbePlan } from "../../probe/plan";
import { addressRecords, waitForEndpoints, waitForResolver } from "../../probe/ready";
import { Nameserver } from "./nameserver";
import { withNameserver } from "./withNameserver";

const conf = { nameservers: ["10.96.0.10"], search: ["shop.svc.x"], options: [] };

describe("the wait for the resolver", () => {
    it("ends when the resolver says that it may not listen, and else with an error", async () => {
        const resolvFolder = mkdtempSync(join(tmpdir(), "resolv-"));
        // The address of this client is nobody's: nothing listens there on any machine.
        const clients = Array.from({ length: 180 }, (_, i) => `client-${i}`);
        const plan = { clients, readyTimeoutSeconds: 0, resolvFolder } as unknown as ProbePlan;
        try {
            const error = await waitForResolver(plan).catch((each: unknown) => each);
            expect((error as Error).message).to.match(/the resolver of the probe's pod does not listen/);
            writeFileSync(notListeningFile(plan), "");
            expect(await waitForResolver(plan)).to.equal(false);
        } finally {
            rmSync(resolvFolder, { recursive: true });
        }
    });
});

describe("the wait for endpoints", () => {
    const [open, shut] = [["127.0.9.11", "127.0.9.12"], "127.0.9.13"];
    const nameserver = new Nameserver({
        "web.shop.svc.x": open,
        "half.shop.svc.x": [open[0] ?? "", shut],
        "one.shop.svc.x": ["127.0.9.11"],
        "shut.shop.svc.x": [shut],
        "none.shop.svc.x": [],
    });
    const servers: Server[] = [];
    let server: string;
    let plan: ProbePlan;

    before(async () => {
        server = `127.0.9.2:${await nameserver.start("127.0.9.2")}`;
        let port = 0;
        for (const address of open) {
            const listening = createServer().listen(port, address);
            await once(listening, "listening");
            ({ port } = listening.address() as AddressInfo);
            servers.push(listening);
        }
        plan = {
            ...{ clients: ["curl"], services: [], port, endpoints: 2 },
            ...{ publishNotReadyAddresses: false, readyTimeoutSeconds: 0, caFile: null, resolvFolder: "/resolv" },
        };
    });
    after(() => {
        servers.forEach((each) => each.close());
        nameserver.stop();
    });

    const wait = async (changes: Partial<ProbePlan>): Promise<string> => {
        try {
            await withNameserver(server, () => waitForEndpoints({ ...plan, ...changes }, conf));
            return "ready";
        } catch (error) {
            return error instanceof Error ? error.message : String(error);
        }
    };
    const service = (name: string, kind: "headless" | "ClusterIP" = "headless") => ({ services: [{ name, kind }] });

    it("calls a node at its own address and port, with no name to ask for", async () => {
        const at = (host: string) => ({
            services: [{ name: "ports", kind: "NodePort" as const, at: `${host}:${plan.port}` }],
        });
        expect(await wait({ ...at("127.0.9.11"), port: 1 })).to.equal("ready");
        expect(await wait(at(shut))).to.equal("not ready after 0 s: ports refuses connections at 127.0.9.13");
    });

    const outcomes: [what: string, changes: Partial<ProbePlan>, outcome: string][] = [
        ["all that was planned", service("web"), "ready"],
        ["a virtual address that answers", service("one", "ClusterIP"), "ready"],
        ["a pod by its own name", { services: [{ name: "one-0", kind: "pod", at: "one" }] }, "ready"],
        [
            "a pod's name that there is not yet",
            { services: [{ name: "none-0", kind: "pod", at: "none" }] },
            "not ready after 0 s: none-0 must have 1 addresses in DNS, got 0",
        ],
        [
            "fewer pods",
            { ...service("web"), endpoints: 3 },
            "not ready after 0 s: web must have 3 addresses in DNS, got 2",
        ],
        [
            "more pods",
            { ...service("web"), endpoints: 1 },
            "not ready after 0 s: web must have 1 addresses in DNS, got 2",
        ],
        ["more pods, ready or not", { ...service("web"), endpoints: 1, publishNotReadyAddresses: true }, "ready"],
        [
            "fewer pods, ready or not",
            { ...service("one"), publishNotReadyAddresses: true },
            "not ready after 0 s: one must have 2 addresses in DNS, got 1",
        ],
        ["a pod that refuses", service("half"), `not ready after 0 s: half refuses connections at ${shut}`],
        [
            "a pod that refuses and need not be ready",
            { ...service("half"), endpoints: 1, publishNotReadyAddresses: true },
            "ready",
        ],
        [
            "a virtual address that has no endpoint on the node, and need not have one",
            { services: [{ name: "shut", kind: "ClusterIP", isLocal: true }] },
            "ready",
        ],
        [
            "a virtual address that refuses",
            service("shut", "ClusterIP"),
            `not ready after 0 s: shut refuses connections at ${shut}`,
        ],
        [
            "an unknown name that need not have an endpoint on the node",
            { services: [{ name: "nothing", kind: "ClusterIP", isLocal: true }] },
            "not ready after 0 s: nothing must have 1 addresses in DNS, got 0",
        ],
        ["a name without addresses", service("none"), "not ready after 0 s: none must have 2 addresses in DNS, got 0"],
        ["an unknown name", service("nothing"), "not ready after 0 s: nothing must have 2 addresses in DNS, got 0"],
    ];
    for (const [what, changes, outcome] of outcomes) {
        it(`with ${what} ends: ${outcome}`, async () => {
            expect(await wait(changes)).to.equal(outcome);
        });
    }

    it("goes on until what was missing has come", async () => {
        const late = createServer();
        const { port } = servers[0]?.address() as AddressInfo;
        setTimeout(() => late.listen(port, shut), 300);
        servers.push(late);
        expect(await wait({ ...service("half"), readyTimeoutSeconds: 20 })).to.equal("ready");
    });

    it("says so where DNS does not answer", async () => {
        const closed = "127.0.9.14:53053";
        const message = await withNameserver(closed, () =>
            waitForEndpoints({ ...plan, ...service("web") }, conf),
        ).catch((error: unknown) => String(error));
        expect(message).to.match(/^Error: not ready after 0 s: web: .*(ECONNREFUSED|ETIMEOUT)/);
    }).timeout(20_000);
});

describe("the addresses of a name", () => {
    it("are in the order of the DNS answer", async () => {
        const nameserver = new Nameserver({ "web.x": ["10.0.0.9", "10.0.0.7"] });
        const server = `127.0.9.3:${await nameserver.start("127.0.9.3")}`;
        try {
            const answers = await withNameserver(server, async () => [
                await addressRecords("web.x"),
                await addressRecords("web.x"),
            ]);
            expect(answers).to.deep.equal([
                ["10.0.0.9", "10.0.0.7"],
                ["10.0.0.7", "10.0.0.9"],
            ]);
        } finally {
            nameserver.stop();
        }
    });
});
