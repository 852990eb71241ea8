import { expect } from "chai";
import { TrafficSplit } from "../../components/trafficSplit";
import { preview, type Recorded, type State } from "./recordedStack";
import { onlyOf } from "./registrations";

// Pulumi's mocks name the nearest parent alone, and createUrn what that one is named.
const parents = "urn:pulumi:test::traffic-split::traffic-split:index:ServiceProbe$traffic-split:index";
const jobUrn = `${parents}:ProbeJob$kubernetes:batch/v1:Job::split-probe-job-run`;
const logsUrn = `${parents}:JobLogs$pulumi-nodejs:dynamic/trafficSplit:CollectedLogs::split-probe-logs-collected`;

/** A Job in the state, which may be there in the place of another. */
const job = (uid: string, repeats?: string): State[string] => {
    const annotations = {
        "traffic-split/trigger": "0123",
        ...(repeats === undefined ? {} : { "traffic-split/repeats": repeats }),
    };
    return {
        type: "kubernetes:batch/v1:Job",
        outputs: { metadata: { uid }, spec: { template: { metadata: { annotations } } } },
    };
};
const readerOf = (jobUid: string): State[string] => ({
    type: "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs",
    outputs: { jobUid },
});
/** As Pulumi marks what is more than a plain value. */
const mark = "4dabf18193072939515e22adb298388d";
const secret = (value: object): object => ({ [mark]: "1b47061264138c4ac30d75fd1eb44270", value });
const referring: State[string] = {
    type: "traffic-split:index:ProbeJob",
    outputs: { job: { [mark]: "5cf8f73096256a8f31e491e813e4eb8e", urn: jobUrn, id: "shop/probe" } },
};
const another = jobUrn.replace("::split-", "::another-");

const program = () => new TrafficSplit("split", { namespace: "shop", name: "web" });

/** What the Job of the next update repeats. */
async function repeated(state: State | null): Promise<{ repeats: unknown; recorded: Recorded }> {
    const recorded = await preview(program, {}, state);
    const { metadata } = onlyOf(recorded.resources, "kubernetes:batch/v1:Job").spec.template;
    return { repeats: metadata.annotations["traffic-split/repeats"], recorded };
}

describe("a probe is repeated", () => {
    const cases: [what: string, state: State, repeats: string | undefined][] = [
        ["not where there was none", {}, undefined],
        ["where the first of all was not read", { [jobUrn]: job("uid-1") }, "uid-1"],
        ["not where it was read", { [jobUrn]: job("uid-1"), [logsUrn]: readerOf("uid-1") }, undefined],
        ["where the one before was read", { [jobUrn]: job("uid-2"), [logsUrn]: readerOf("uid-1") }, "uid-2"],
        [
            "where a repetition was not read either",
            { [jobUrn]: job("uid-3", "uid-2"), [logsUrn]: readerOf("uid-1") },
            "uid-3",
        ],
        [
            "no more where its repetition was read, whose template stays as it is",
            { [jobUrn]: job("uid-3", "uid-2"), [logsUrn]: readerOf("uid-3") },
            "uid-2",
        ],
        ["not where it is another component's that was not read", { [another]: job("uid-1") }, undefined],
        [
            "where the state names resources that are not registered yet",
            { [jobUrn]: job("uid-1"), [jobUrn.split("$kubernetes")[0] ?? ""]: referring },
            "uid-1",
        ],
        [
            "where the state holds secrets",
            { [jobUrn]: { type: "kubernetes:batch/v1:Job", outputs: secret(job("uid-1").outputs) } },
            "uid-1",
        ],
    ];
    for (const [what, state, repeats] of cases) {
        it(what, async () => {
            expect((await repeated(state)).repeats).to.equal(repeats);
        });
    }

    it("not where the state can't be read, with a warning that says what is left to do", async () => {
        const { repeats, recorded } = await repeated(null);
        expect(repeats).to.equal(undefined);
        expect(recorded.warnings.join()).to.match(/^The stack.s state can.t be read, .* when runId changes: /);
    });
});
