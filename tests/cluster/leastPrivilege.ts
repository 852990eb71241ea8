import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import { projectFolder, testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

interface ClusterRole {
    readonly rules: readonly { readonly resources: readonly string[] }[];
}

const account = "least-privilege";
const role = readFileSync(join(projectFolder, "docs", "clusterRole.yaml"), "utf8");

/** Whoever runs the stack has exactly the rights that the docs name. */
export function leastPrivilege(): void {
    describe("with the rights of docs/clusterRole.yaml and no others", () => {
        const kubeconfig = join(testLab.folder, `${account}.conf`);
        let stack: TestStack;

        before(async () => {
            await onLab(["apply", "--filename", "-"], role);
            await onLab(["create", "serviceaccount", account]);
            const subject = ["--clusterrole", "traffic-split", "--serviceaccount", `default:${account}`];
            await onLab(["create", "clusterrolebinding", account, ...subject]);
            const token = (await onLab(["create", "token", account])).trim();
            const own = parse(readFileSync(testLab.kubeconfig, "utf8")) as { users: { user: object }[] };
            writeFileSync(
                kubeconfig,
                stringify({ ...own, users: own.users.map((each) => ({ ...each, user: { token } })) }),
                {
                    mode: 0o600,
                },
            );
            stack = await TestStack.make("least", testLab, { KUBECONFIG: kubeconfig });
        });

        after(async () => {
            await onLab(["apply", "--filename", "-"], role);
            await stack.remove();
            await onLab(["delete", "clusterrolebinding/least-privilege", "clusterrole/traffic-split"]);
            await onLab(["delete", "serviceaccount", account]);
        });

        it("measures, and knows all that decides who answers", async () => {
            const { services, cluster, probes } = assessmentOf(await stack.up());
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
            expect(cluster.proxy).to.equal("nftables");
            expect(cluster.dns).to.deep.include({ loadbalance: "round_robin", nodeLocalCache: false });
            expect(probes[0]?.zone).to.equal("");
        });

        it("says what is forbidden where one of them is missing", async () => {
            const { rules, ...rest } = parse(role) as ClusterRole;
            const fewer = rules.filter(({ resources }) => !resources.includes("pods/log"));
            await onLab(["apply", "--filename", "-"], stringify({ ...rest, rules: fewer }));
            expect(await stack.failingUp({ runId: "again" })).to.match(/403: pods "\S+" is forbidden: .* "pods\/log"/);
        });
    });
}

async function onLab(args: readonly string[], input = ""): Promise<string> {
    return kubectl(testLab, await clusterBinaries(), args, input);
}
