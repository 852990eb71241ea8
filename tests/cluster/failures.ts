import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testLab } from "./testLab";
import { TestStack } from "./testStack";

const missingImage = "traffic-split.lab/no-such-image:1";
const unreachable = join(testLab.folder, "unreachable.conf");

interface Failure {
    readonly what: string;
    readonly config: Readonly<Record<string, string | number>>;
    readonly messages: readonly RegExp[];
    /** Another kubernetes setting of Pulumi's own, for this update alone. */
    readonly setting?: readonly [key: string, value: string];
}

const refused: readonly Failure[] = [
    {
        what: "0 requests",
        config: { requests: 0 },
        messages: [/requests: must be a whole number from 1 to 1000000, got 0/],
    },
    {
        what: "1e9 requests",
        config: { requests: 1e9 },
        messages: [/requests: must be a whole number from 1 to 1000000, got 1000000000/],
    },
    {
        what: "0 replicas",
        config: { requests: 30, replicas: 0 },
        messages: [/replicas: must be a whole number from 1 to 100, got 0/],
    },
    {
        what: "a disruption without a rate",
        config: { replicas: 3, disruption: "scale" },
        messages: [/rate: must be such that 30 requests take 10 to 600 seconds with disruption scale, got 0/],
    },
    {
        what: "no label",
        config: { disruption: "none", namespace: "Not_A_Label" },
        messages: [/namespace: must be a DNS label of at most 63 characters, got "Not_A_Label"/],
    },
    { what: "no number", config: { namespace: "test-refused", requests: "many" }, messages: [/requests/] },
    {
        what: "a context that does not exist",
        config: { requests: 30 },
        setting: ["kubernetes:context", "no-such-context"],
        messages: [/kubernetes:context: must be one of .*, got "no-such-context"/],
    },
    {
        what: "a cluster that can't be reached",
        config: {},
        setting: ["kubernetes:kubeconfig", unreachable],
        messages: [/kubernetes:context: nowhere at https:\/\/127\.0\.0\.1:1 can't be reached/],
    },
];

const failing: readonly Failure[] = [
    {
        what: "an image of the probe's that can't be pulled",
        config: { probeImage: missingImage, readyTimeoutSeconds: 15 },
        messages: [new RegExp(`the image ${missingImage} can't be pulled`)],
    },
    {
        what: "a probe that can't run, with the Job's reason and its pod's",
        config: { probeImage: "traffic-split.lab/nginx:bookworm", readyTimeoutSeconds: 110 },
        messages: [/Job test-failing\/\S+ failed\. Its container resolver ended too early/, /StartError/],
    },
    {
        what: "an image of the pods' that can't be pulled",
        config: { image: missingImage, readyTimeoutSeconds: 15 },
        messages: [new RegExp(missingImage), /ErrImagePull|ImagePullBackOff/],
    },
];

/** How an update failed, and the types of what stood then. */
interface Failed {
    readonly error: string;
    readonly types: readonly string[];
}

/** Bad input and broken worlds: one clear error each. They mostly wait, so they do while other tests run. */
export function failures(): void {
    const groups = [
        { what: "refuses, before anything is created:", name: "refused", cases: refused },
        { what: "fails by name:", name: "failing", cases: failing },
    ];
    for (const { what, name, cases } of groups) {
        let running: Promise<PromiseSettledResult<Failed[]>[]>;

        before(() => {
            running = Promise.allSettled([failuresOf(name, cases)]);
        });

        describe(what, () => {
            cases.forEach((each, i) => {
                it(each.what, async () => {
                    const [end] = await running;
                    if (end?.status !== "fulfilled") {
                        throw new Error(String(end?.reason));
                    }
                    const { error = "", types = [] } = end.value[i] ?? {};
                    for (const message of each.messages) {
                        expect(error).to.match(message);
                    }
                    if (cases === refused) {
                        expect(error).not.to.match(/at .*\.ts:\d+/);
                        // Whether a cluster answers is asked by resources that make nothing there.
                        const made = types.filter((type) => type.startsWith("kubernetes:"));
                        expect(each.setting === undefined ? types : made).to.deep.equal([]);
                    }
                });
            });
        });
    }
}

/** One after the other in one stack, which is gone afterwards. */
async function failuresOf(name: string, cases: readonly Failure[]): Promise<Failed[]> {
    writeFileSync(unreachable, unreachableKubeconfig);
    const stack = await TestStack.make(name, testLab);
    try {
        const all: Failed[] = [];
        for (const { config, setting } of cases) {
            if (setting !== undefined) {
                await stack.stack.setConfig(setting[0], { value: setting[1] });
            }
            const error = await stack.failingUp(config);
            if (setting !== undefined) {
                await stack.stack.removeConfig(setting[0]);
            }
            all.push({ error, types: await stack.resourceTypes() });
        }
        return all;
    } finally {
        await stack.remove();
    }
}

const unreachableKubeconfig = `apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
clusters: [{ name: nowhere, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
`;
