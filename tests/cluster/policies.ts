import * as k8s from "@pulumi/kubernetes";
import { LocalWorkspace, PulumiCommand, type PolicyEvent, type Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { execa } from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, projectFolder, testLab } from "./testLab";
import { deployedState } from "./deployedState";
import { policies as all } from "../../review/policy/policies";
import { exampleStacks, secretValue } from "./exampleStacks";

const policyPack = join(projectFolder, "review", "policy");

type Advice = readonly [policy: string, resource: string, level: string, severity: string | undefined];

/** The SDK's type has no severity; the engine's events do. */
type Found = PolicyEvent & { readonly severity?: string };

/** The policy pack, run by the real engine on stacks written for the purpose. */
export function policies(): void {
    describe("the policy pack in a real preview", () => {
        let folder: string;
        let stack: Stack;
        let envVars: Record<string, string>;

        before(async () => {
            folder = mkdtempSync(join(tmpdir(), "traffic-split-policy-"));
            // A stack in another language has no package.json, and one may have compiler options that this pack can't
            // use.
            const compilerOptions = { target: "es5", lib: ["es5"], module: "amd", types: [], noUnusedLocals: true };
            writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
            // No cluster is asked, not even one that the lab's kubeconfig names: its provider would wait for it.
            envVars = { ...(await environment(testLab)), KUBECONFIG: "/nonexistent" };
            process.env["PATH"] = envVars["PATH"];
            const program = { stackName: "policy", projectName: "policy", program: everyExample };
            const options = { workDir: folder, envVars, pulumiCommand: await PulumiCommand.get() };
            stack = await LocalWorkspace.createOrSelectStack(program, options);
        });

        after(async () => {
            await stack.workspace.removeStack("policy");
            rmSync(folder, { recursive: true, force: true });
        });

        it("advises on each example what it should, and nothing else, and tells no secret", async () => {
            const severities = new Map(all.map(({ name, severity }) => [name, severity]));
            const expected = Object.values(exampleStacks)
                .flatMap(({ advice }) => advice)
                .map(([policy, resource]) => [policy, resource, "advisory", severities.get(policy)]);
            const messages: string[] = [];
            expect(await preview({}, messages)).to.have.deep.members(expected);
            expect(messages.filter((message) => message.includes("vault"))).to.have.length(2);
            expect(messages.join("\n")).to.not.include(secretValue);
        }).timeout(120_000);

        it("takes the number of expected clients from the pack's configuration", async () => {
            const enough = await preview({ "client-ip-affinity": { expectedClients: 4 } });
            expect(enough.map(([policy]) => policy)).not.to.include("client-ip-affinity");
            const tooFew = await preview({ "client-ip-affinity": { expectedClients: 3 } });
            expect(tooFew).to.deep.include(["client-ip-affinity", "login", "advisory", "low"]);
        }).timeout(120_000);

        it("advises on a stack that is deployed already, by its state alone", async () => {
            const state = join(folder, "state.json");
            writeFileSync(state, JSON.stringify(deployedState));
            const configured = join(folder, "policy.json");
            const analyze = async (configuration: object) => {
                writeFileSync(configured, JSON.stringify(configuration));
                const pack = ["--policy-pack", policyPack, "--policy-pack-config", configured];
                const args = ["policy", "analyze", "--file", state, ...pack, "--color", "never"];
                return execa("pulumi", args, { cwd: folder, env: envVars, reject: false });
            };
            const advisory = await analyze({});
            expect(advisory.stdout).to.match(/\[advisory\] \[severity: low\] +client-ip-affinity .*: sticky\)/);
            expect(advisory.stdout.match(/\[advisory\]/g)).to.have.length(1);
            expect(advisory.exitCode).to.equal(0);
            const mandatory = await analyze({ "client-ip-affinity": "mandatory" });
            expect(mandatory.stdout).to.match(/\[mandatory\] \[severity: low\] +client-ip-affinity /);
            expect(mandatory.exitCode).to.equal(1);
        }).timeout(120_000);

        async function preview(configuration: object = {}, messages: string[] = []): Promise<Advice[]> {
            const configured = join(folder, "policy.json");
            writeFileSync(configured, JSON.stringify(configuration));
            const advice: Advice[] = [];
            await stack.preview({
                color: "never",
                policyPacks: [policyPack],
                policyPackConfigs: [configured],
                onEvent: ({ policyEvent }) => {
                    if (policyEvent !== undefined) {
                        const { policyName, resourceUrn = "", enforcementLevel, severity } = policyEvent as Found;
                        messages.push(policyEvent.message);
                        advice.push([policyName, resourceUrn.split("::").at(-1) ?? "", enforcementLevel, severity]);
                    }
                },
            });
            return advice;
        }

        function everyExample(): Promise<void> {
            // A provider that only writes files refuses a kubeconfig beside the folder, the shell's own too.
            const provider = new k8s.Provider("files", { renderYamlToDirectory: join(folder, "yaml"), kubeconfig: "" });
            for (const [namespace, { program }] of Object.entries(exampleStacks)) {
                program({ namespace, options: { provider } });
            }
            return Promise.resolve();
        }
    });
}
