import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testLab } from "./testLab";
import { TestStack } from "./testStack";

const missingImage = "traffic-split.lab/no-such-image:1";

/** Bad input and broken worlds: one clear error each. */
export function failures(): void {
    describe("refuses, before anything is created:", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("refused");
        });

        after(() => stack.remove());

        const refused: [string, Record<string, string | number>, RegExp][] = [
            ["0 requests", { requests: 0 }, /requests: 0 was given; allowed is a whole number from 1 to 1000000/],
            ["1e9 requests", { requests: 1e9 }, /requests: 1000000000 was given; allowed is a whole number/],
            [
                "0 replicas",
                { requests: 30, replicas: 0 },
                /replicas: 0 was given; allowed is a whole number from 1 to 100/,
            ],
            [
                "no label",
                { replicas: 3, namespace: "Not_A_Label" },
                /namespace: "Not_A_Label" was given; allowed is a DNS/,
            ],
            ["no number", { namespace: "test-refused", requests: "many" }, /requests/],
        ];
        for (const [what, config, message] of refused) {
            it(what, async () => {
                const error = await stack.failingUp(config);
                expect(error).to.match(message);
                expect(error).not.to.match(/at .*\.ts:\d+/);
                expect(await stack.resourceTypes()).to.deep.equal([]);
            });
        }

        it("a context that does not exist", async () => {
            await stack.configure({ requests: 30 });
            await stack.stack.setConfig("kubernetes:context", { value: "no-such-context" });
            const error = await stack.failingUp();
            await stack.stack.removeConfig("kubernetes:context");
            expect(error).to.match(/kubernetes:context: "no-such-context" was given; allowed is one of /);
            expect((await stack.resourceTypes()).filter((type) => type.startsWith("kubernetes:"))).to.deep.equal([]);
        });

        it("a cluster that can't be reached", async () => {
            const unreachable = join(testLab.folder, "unreachable.conf");
            writeFileSync(unreachable, unreachableKubeconfig);
            await stack.stack.setConfig("kubernetes:kubeconfig", { value: unreachable });
            const error = await stack.failingUp();
            await stack.stack.removeConfig("kubernetes:kubeconfig");
            expect(error).to.match(/kubernetes:context: nowhere at https:\/\/127\.0\.0\.1:1 can't be reached/);
            expect((await stack.resourceTypes()).filter((type) => type.startsWith("kubernetes:"))).to.deep.equal([]);
        });
    });

    describe("fails by name:", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("failing");
        });

        after(() => stack.remove());

        it("an image of the probe's that can't be pulled", async () => {
            expect(await stack.failingUp({ probeImage: missingImage, readyTimeoutSeconds: 15 })).to.contain(
                `the image ${missingImage} can't be pulled`,
            );
        });

        it("a probe that can't run, with the Job's reason and its pod's", async () => {
            const error = await stack.failingUp({
                probeImage: "traffic-split.lab/nginx:bookworm",
                readyTimeoutSeconds: 110,
            });
            expect(error).to.match(/Job test-failing\/\S+ failed\. Its container resolver ended too early/);
            expect(error).to.match(/StartError/);
        });

        it("an image of the pods' that can't be pulled", async () => {
            const error = await stack.failingUp({ image: missingImage, readyTimeoutSeconds: 15 });
            expect(error).to.contain(missingImage);
            expect(error).to.match(/ErrImagePull|ImagePullBackOff/);
        });
    });
}

const unreachableKubeconfig = `apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
clusters: [{ name: nowhere, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
`;
