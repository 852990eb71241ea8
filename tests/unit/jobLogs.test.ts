import { ApiException, type V1ContainerStatus } from "@kubernetes/client-node";
import { expect } from "chai";
import { messageOf } from "../../components/cluster/apiError";
import { isTransient } from "../../components/jobLogs/api";
import { pullFailure } from "../../components/jobLogs/waitForJob";

describe("a failed call of the API", () => {
    const answers: [code: number, again: boolean][] = [
        ...[400, 401, 403, 404, 405, 409, 410, 422].map((code): [number, boolean] => [code, false]),
        ...[429, 500, 502, 503, 504].map((code): [number, boolean] => [code, true]),
    ];
    for (const [code, again] of answers) {
        it(`with HTTP ${code} is ${again ? "tried again" : "final"}`, () => {
            expect(isTransient(new ApiException(code, "no", {}, {}))).to.equal(again);
        });
    }

    for (const code of ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND"]) {
        it(`with ${code} is tried again`, () => {
            expect(isTransient(Object.assign(new Error("request failed"), { code }))).to.be.true;
        });
    }
});

describe("what an error of the API says", () => {
    const status = { kind: "Status", status: "Failure", message: 'jobs.batch "probe" not found', code: 404 };
    const headers = { "audit-id": "b5a1" };
    const errors: [what: string, error: unknown, message: string][] = [
        ["a status", new ApiException(404, "Not Found", status, headers), '404: jobs.batch "probe" not found'],
        [
            "a status as text",
            new ApiException(404, "x", JSON.stringify(status), headers),
            '404: jobs.batch "probe" not found',
        ],
        [
            "a proxy's page",
            new ApiException(502, "Unknown", "<h1>Bad Gateway</h1>", headers),
            "502: <h1>Bad Gateway</h1>",
        ],
        ["nothing", new ApiException(401, "Unauthorized", undefined, headers), "401: Unauthorized"],
        ["a broken connection", new Error("socket hang up"), "socket hang up"],
        ["no error at all", "text", "text"],
    ];
    for (const [what, error, message] of errors) {
        it(`is short, of ${what}: ${message}`, () => {
            expect(messageOf(error)).to.equal(message);
        });
    }
});

describe("an image that can't be pulled", () => {
    const status = (image: string, state: V1ContainerStatus["state"]): V1ContainerStatus => ({
        ...{ name: "curl", image, imageID: "", ready: false, restartCount: 0 },
        ...(state === undefined ? {} : { state }),
    });
    const waiting = (image: string, reason?: string, message?: string): V1ContainerStatus =>
        status(image, { waiting: { ...(reason && { reason }), ...(message && { message }) } });
    const failure = (...containerStatuses: V1ContainerStatus[]) => pullFailure({ status: { containerStatuses } });

    const stuck = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];
    for (const reason of stuck) {
        it(`is named, with the reason ${reason}`, () => {
            expect(failure(waiting("nginx:nope", reason, "not found"))).to.equal(
                `the image nginx:nope can't be pulled: ${reason}: not found`,
            );
        });
    }

    it("is named where kubelet gives no message, and where it is not the first container's", () => {
        const statuses = [status("node:22", { running: {} }), waiting("curl:nope", "ErrImagePull")];
        expect(failure(...statuses)).to.equal("the image curl:nope can't be pulled: ErrImagePull: no message");
    });

    const others: [what: string, statuses: V1ContainerStatus[]][] = [
        ["no container yet", []],
        ["a container that is being made", [waiting("nginx", "ContainerCreating")]],
        ["a container that waits for no reason", [waiting("nginx")]],
        ["a container that crashes", [waiting("nginx", "CrashLoopBackOff", "back-off 10s")]],
        ["a container without a state", [status("nginx", undefined)]],
        ["containers that run and ended", [status("a", { running: {} }), status("b", { terminated: { exitCode: 0 } })]],
    ];
    for (const [what, statuses] of others) {
        it(`is not ${what}`, () => {
            expect(failure(...statuses)).to.be.undefined;
        });
    }

    it("is not a pod without a status", () => {
        expect(pullFailure({})).to.be.undefined;
    });
});
