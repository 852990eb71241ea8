import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checked, dnsLabel, imageReference, oneOf, wholeNumber, type Rule } from "../../components/argument";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

interface Row<T> {
    readonly rule: Rule<T>;
    readonly allowed: string;
    readonly accepts: T[];
    readonly refuses: T[];
}

const numbers: Row<number> = {
    rule: wholeNumber(1, 100),
    allowed: "a whole number from 1 to 100",
    accepts: [1, 2, 99, 100],
    refuses: [0, -1, 101, 1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
};

const strings: Record<string, Row<string>> = {
    "a DNS label": {
        rule: dnsLabel(10),
        allowed: 'a DNS label: lower-case letters, digits and "-", a letter first, at most 10 characters',
        accepts: ["a", "nginx", "a-b", "a--b", "web2", "abcdefghij"],
        refuses: ["", "-a", "a-", "2web", "Web", "a_b", "a.b", "a b", "abcdefghijk", "a\n", "é"],
    },
    "one of a few words": {
        rule: oneOf<string>("None", "ClientIP"),
        allowed: "one of None, ClientIP",
        accepts: ["None", "ClientIP"],
        refuses: ["", "none", "Sometimes", "None "],
    },
    "an image": {
        rule: imageReference,
        allowed: "an image reference such as nginx:1.29",
        accepts: [
            ...["nginx", "nginx:1.28", "stenote/nginx-hostname", "registry.k8s.io/e2e-test-images/agnhost:2.45"],
            ...["localhost:5000/nginx:v1", `nginx@${digest}`, `nginx:1.28@${digest}`, "a/b__c:V1.0-rc_1"],
        ],
        refuses: [
            ...[
                "",
                " ",
                "nginx:",
                "/nginx",
                "nginx/",
                "nginx latest",
                "nginx\n",
                "nginx@sha256:12",
                "https://nginx",
                "a//b",
                "nginx:1:2",
            ],
            ...["NGINX", "library/NGINX", "-nginx", `nginx@${digest}0`],
        ],
    },
};

for (const [name, row] of Object.entries({ "a whole number": numbers, ...strings })) {
    describe(`an argument that is ${name}`, () => {
        const { rule, allowed, accepts, refuses } = row as Row<unknown>;
        for (const value of accepts) {
            it(`may be ${JSON.stringify(value)}`, async () => {
                expect(await valueOf(checked("x", value, rule))).to.equal(value);
                expect(await valueOf(checked("x", pulumi.output(value), rule))).to.equal(value);
            });
        }
        for (const value of refuses) {
            it(`may not be ${JSON.stringify(value)}`, () => {
                expect(() => checked("x", value, rule))
                    .to.throw(pulumi.RunError)
                    .with.property("message", `x: ${JSON.stringify(value)} was given; allowed is ${allowed}`);
            });
        }
    });
}

describe("an argument that resolves later", () => {
    const late: [kind: string, input: () => pulumi.Input<number>][] = [
        ["an output", () => pulumi.output(0)],
        ["a promise", () => Promise.resolve(0)],
        ["an output of a promise", () => pulumi.output(Promise.resolve(0))],
    ];
    for (const [kind, input] of late) {
        it(`is checked when it does, as ${kind}`, async () => {
            const message = "replicas: 0 was given; allowed is a whole number from 1 to 9";
            expect(await reasonOf(checked("replicas", input(), wholeNumber(1, 9)))).to.equal(message);
        });
    }
});

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

/** Why an output has no value. */
async function reasonOf(output: pulumi.Output<unknown>): Promise<string> {
    try {
        await (output as unknown as { promise: () => Promise<unknown> }).promise();
        return "it has a value";
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}
