import { expect } from "chai";
import { once } from "node:events";
import { connect, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { cancellable, unless } from "../../components/jobLogs/cancellation";
import { collected } from "./collected";
import { KubernetesApi, type Answer } from "./kubernetesApi";
import { backends, jobPath, log, probePod, probePods, running, whole } from "./probedCluster";
import { linesOf, smallLog, textOf } from "./probeLogs";

/** The part of a provider's process that Pulumi talks to. */
async function provider(): Promise<Http2Server> {
    const server = createServer((_request, response) => response.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
}

async function call(server: Http2Server, method: string): Promise<void> {
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ":method": "POST", ":path": `/pulumirpc.ResourceProvider/${method}` });
    stream.resume().end();
    await once(stream, "close");
    session.close();
}

const forever = (cancelled: AbortSignal): Promise<string> => unless(cancelled, new Promise(() => undefined));

describe("work that can be cancelled", () => {
    let server: Http2Server;

    beforeEach(async () => {
        server = await provider();
    });

    afterEach(() => server.close());

    it("ends when Pulumi asks its provider to cancel", async () => {
        const ended = cancellable(forever).catch((error: unknown) => (error as Error).message);
        await call(server, "Cancel");
        expect(await ended).to.equal("the update was cancelled (by Pulumi) while the probe ran");
    });

    it("goes on when Pulumi asks for anything else", async () => {
        const ended = cancellable(async () => {
            await call(server, "GetPluginInfo");
            return "done";
        });
        expect(await ended).to.equal("done");
    });

    it("has until it ends to put back what it changed", async () => {
        let isBack = false;
        const ended = cancellable(async (cancelled) => {
            try {
                return await forever(cancelled);
            } finally {
                await sleep(50);
                isBack = true;
            }
        }).catch(() => undefined);
        await call(server, "Cancel");
        await ended;
        expect(isBack).to.equal(true);
    });

    it("leaves nothing behind that listens", async () => {
        const listeners = (): number[] => [
            server.listenerCount("stream"),
            process.listenerCount("SIGTERM"),
            process.listenerCount("SIGINT"),
            process.stdout.listenerCount("error"),
        ];
        const before = listeners();
        await cancellable(() => {
            expect(listeners()).to.deep.equal(before.map((count) => count + 1));
            return Promise.resolve();
        });
        expect(listeners()).to.deep.equal(before);
    });

    it("is over at once where it was cancelled before", async () => {
        const cancelled = AbortSignal.abort(new Error("too late"));
        expect(await forever(cancelled).catch((error: unknown) => (error as Error).message)).to.equal("too late");
    });
});

describe("a collector that is cancelled", () => {
    const deployment = "/apis/apps/v1/namespaces/ns/deployments/nginx";
    const scale = `${deployment}/scale?fieldManager=traffic-split-disruption`;
    const stamped = (count: number): string =>
        textOf(
            linesOf(smallLog)
                .slice(0, count)
                .map((line, i) => `2024-05-01T10:00:0${i}.000000000Z ${line}`),
        );
    /** In the middle of the first Service, for ever. */
    const calling: Record<string, Answer | Answer[]> = {
        [jobPath]: running,
        [probePods]: { items: [probePod({ resolver: { running: {} }, curl: { running: {} } })] },
        [`${log}&tailLines=20&timestamps=true`]: stamped(2),
        [backends]: { items: [{ metadata: { name: "nginx-a", uid: "nginx-a" }, status: {} }] },
        [scale]: {},
        [deployment]: {
            metadata: { uid: "deployment-1", resourceVersion: "7", managedFields: [{ manager: "pulumi" }] },
        },
    };
    const disruption = { kind: "scale", deployment: "nginx", uid: "deployment-1", replicas: 2 } as const;
    let server: Http2Server;

    beforeEach(async () => {
        server = await provider();
    });

    afterEach(() => server.close());

    /** Until something has come about. */
    async function until(hasCome: () => boolean): Promise<void> {
        while (!hasCome()) {
            await sleep(20);
        }
    }

    it("ends at once, and puts back first what a disruption changed", async () => {
        const api = new KubernetesApi({ ...whole, ...calling });
        const ended = collected({}, { disruption }, api).catch((error: unknown) => error);
        await until(() => api.count(scale) === 1);
        const asked = Date.now();
        await call(server, "Cancel");
        expect(((await ended) as Error).message).to.equal("the update was cancelled (by Pulumi) while the probe ran");
        expect(Date.now() - asked).to.be.below(2_000);
        expect(api.count(scale)).to.equal(2);
    });

    it("says what it could not put back, and does not wait for it", async () => {
        const api = new KubernetesApi({ ...whole, ...calling, [scale]: [{}, 403] });
        const ended = collected({}, { disruption }, api).catch((error: unknown) => error);
        await until(() => api.count(scale) === 1);
        await call(server, "Cancel");
        expect(((await ended) as Error).message).to.match(
            /^the update was cancelled \(by Pulumi\) while the probe ran; the next update puts back .*403/,
        );
    });

    it("ends at once whatever it waits for", async () => {
        const answers = [{ [jobPath]: 503 }, { ...calling, [probePods]: { items: [] } }];
        const started = Date.now();
        const ended = answers.map((changes) => collected(changes).catch((error: unknown) => (error as Error).message));
        await sleep(500);
        await call(server, "Cancel");
        for (const message of await Promise.all(ended)) {
            expect(message).to.equal("the update was cancelled (by Pulumi) while the probe ran");
        }
        expect(Date.now() - started).to.be.below(3_000);
    });
});
