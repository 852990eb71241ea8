import { expect } from "chai";
import { parse, stringify } from "yaml";
import { makeAccount, roleText, type Account } from "./account";
import { meanwhile } from "./meanwhile";
import { testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

interface ClusterRole {
    readonly rules: readonly { readonly resources: readonly string[] }[];
}

const role = roleText("clusterRole.yaml");

/** Whoever runs the stack has exactly the rights that the docs name. */
export function leastPrivilege(): void {
    describe("with the rights of docs/clusterRole.yaml and no others", () => {
        let account: Account;
        let stack: TestStack;

        before(async () => {
            account = await makeAccount(testLab, "least-privilege", [role]);
            stack = await TestStack.make("least", testLab, { KUBECONFIG: account.kubeconfig });
        });

        after(() => {
            meanwhile(async () => {
                await account.setRole(role);
                await stack.remove();
                await account.remove();
            });
        });

        it("measures, and knows all that decides who answers", async () => {
            const { services, cluster, probes } = assessmentOf(await stack.up());
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
            expect(cluster.proxy).to.equal("nftables");
            expect(cluster.dns).to.deep.include({ loadbalance: "round_robin", nodeLocalCache: false });
            expect(probes[0]?.zone).to.equal("");
        });

        it("measures pods that are numbered, too", async () => {
            const { services } = assessmentOf(await stack.up({ workload: "StatefulSet" }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30, 30]);
        });

        it("says what is forbidden where one of them is missing", async () => {
            const { rules, ...rest } = parse(role) as ClusterRole;
            const fewer = rules.filter(({ resources }) => !resources.includes("pods/log"));
            await account.setRole(stringify({ ...rest, rules: fewer }));
            expect(await stack.failingUp({ runId: "again" })).to.match(/403: pods "\S+" is forbidden: .* "pods\/log"/);
        });
    });
}
