import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const project = join(__dirname, "..", "..");

/** The README, and the guides that lie beside each other in docs, by their paths. */
export const guides: readonly string[] = [
    "README.md",
    ...readdirSync(join(project, "docs"))
        .filter((file) => file.endsWith(".md"))
        .map((file) => join("docs", file)),
];

/** Text of a file of this project. */
export function textOf(file: string): string {
    return readFileSync(join(project, file), "utf8");
}

const programs = ["npm", "pulumi", "lab/lab", "kubectl", "kind", "rm"];

/**
 * The commands of a page in their order: the lines of indented code, and what begins with one of these programs in a
 * sentence or a table. Each is one simple command, without what joins it to the next, and without a comment.
 */
export function commandsIn(markdown: string): string[] {
    const page = markdown.replace(/^```[^]*?^```$/gm, "");
    const inSentence = new RegExp(`^(?:${programs.join("|")}) \\S`);
    return [...page.matchAll(/^ {4}(\S.*)$|`([^`]+)`/gm)]
        .flatMap(([, line, span = ""]) => {
            const words = span.replace(/\s+/g, " ");
            return line?.replace(/\s+#.*$/, "") ?? (inSentence.test(words) ? words : []);
        })
        .flatMap((line) => line.split(/ && |; /));
}

/**
 * How a command is known to work: tests/cluster/guides.ts runs it as it stands, with the others of its page (`here`) or after
 * an update (`measured`); or another file does the same in these words; or why nothing does.
 */
export type Trial = "here" | "measured" | { readonly by: string; readonly words: string } | { readonly not: string };

const ci: Trial = { by: ".ci/run", words: "npm ci && npm run setup && npm test" };
const update: Trial = { by: "tests/cluster/testStack.ts", words: "this.stack.up(" };
const labUp: Trial = { by: "tests/cluster/testLab.ts", words: 'runLab("up", "--name", name, "--subnet"' };
const fromOutside: Trial = { by: "tests/cluster/tls.ts", words: "answers who trusts its authority from outside" };
const policies: Trial = { by: "tests/cluster/policies.ts", words: "policyPacks: [policyPack]" };
const analysis: Trial = { by: "tests/cluster/policies.ts", words: '"policy", "analyze", "--file", state' };
const ofALab = "names a lab that somebody may use; the tests' labs have other names";

/** By command, for each of the guides' commands. */
export const trials: Readonly<Record<string, Trial>> = {
    "npm ci": ci,
    "npm run setup": ci,
    "npm test": ci,
    "npm start": { not: `${ofALab}, and tests do what it does one by one` },
    "npm run bench": { not: "measures times, on a lab of its own and without other work beside it" },
    "npm run faults": { by: "tests/cluster/faults.ts", words: "faultCases" },
    "npm run scenarios": { not: "takes ten minutes on a lab of its own" },
    "npm run scenarios -- local article": { not: "takes minutes on a lab of its own" },
    "npm run --silent table": "measured",
    "npm run settings": { by: "tests/unit/settings.test.ts", words: "settingsPage" },
    "npm run report": "measured",
    "npm run report -- --stack article --open": { by: "tests/unit/page.outputs.test.ts", words: '"--stack", "dev"' },
    "npm run --silent comment -- preview.json": "here",
    "kind create cluster": { not: "needs Docker" },
    "rm -r ~/.cache/traffic-split": { not: "removes what all labs of the machine have built" },

    "lab/lab up": labUp,
    "lab/lab up --name pair --subnet 4 --nodes 2": labUp,
    "lab/lab up --name three --subnet 3 --nodes 3 --zones 3": {
        by: "tests/cluster/nodes.ts",
        words: 'runLab("up", ...names, "--nodes", "3", "--zones", "3")',
    },
    "lab/lab up --proxy iptables": { by: "tests/cluster/healing.ts", words: '"--proxy", "iptables"' },
    "lab/lab build": { by: "package.json", words: "tests/setup && lab/lab build" },
    "lab/lab status": "here",
    "lab/lab logs": "here",
    "lab/lab logs kubelet": "here",
    "lab/lab env": "here",
    'eval "$(lab/lab env)"': { by: "package.json", words: "env=$(lab/lab env) && eval" },
    'eval "$(lab/lab env --name pair --subnet 4)"': { by: "package.json", words: "env=$(lab/lab env) && eval" },
    "lab/lab down": { by: "tests/cluster/healing.ts", words: "stopLab(" },
    "lab/lab down --wipe": { by: "tests/cluster/testLab.ts", words: "removeLab(" },

    "kubectl get pods --all-namespaces": "here",
    "kubectl get nodes,services --namespace traffic-split --output wide": "here",
    "kubectl apply --filename docs/clusterRole.yaml": { by: "tests/cluster/account.ts", words: '"apply"' },
    "kubectl create clusterrolebinding traffic-split --clusterrole traffic-split --serviceaccount default:ci": {
        by: "tests/cluster/account.ts",
        words: '"create", "clusterrolebinding"',
    },
    "curl --cacert ca.crt --connect-to ::NODE_ADDRESS:NODE_PORT https://nginxclusterip.traffic-split.svc.cluster.local/":
        fromOutside,

    "pulumi login": { not: "asks for an account" },
    "pulumi login --local": { not: "changes where this user's Pulumi keeps the state of all stacks" },
    "pulumi new ../traffic-split": {
        not: "asks questions, which tests/unit/template.test.ts checks, and installs packages",
    },
    "pulumi stack init mine": "here",
    "pulumi stack select --create article": "here",
    "pulumi stack select --create dev": "here",
    "pulumi up": update,
    "pulumi up --suppress-outputs": "measured",
    "pulumi refresh": { by: "tests/cluster/tls.ts", words: "stack.refresh(" },
    "pulumi destroy": { by: "tests/cluster/testStack.ts", words: "this.stack.destroy(" },
    "pulumi preview": "here",
    "export PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true": "here",
    "pulumi preview --json > preview.json": "here",
    "pulumi preview --policy-pack review/policy": policies,
    "pulumi preview --policy-pack <this repository>/review/policy": policies,
    "pulumi policy analyze": analysis,
    "pulumi policy analyze --file state.json --policy-pack <this repository>/review/policy": analysis,
    "pulumi policy analyze --stack dev --policy-pack <this repository>/review/policy": analysis,
    "pulumi stack export --stack dev > state.json": {
        by: "tests/cluster/testStack.ts",
        words: '["stack", "export", "--stack"',
    },
    "pulumi stack output table": "measured",
    "pulumi stack output trafficSplit": "measured",
    "pulumi stack output --json": "measured",
    "pulumi stack output caCertificate > ca.crt": fromOutside,

    "pulumi config rm clients": "here",
    "pulumi config rm parallelism": "here",
    "pulumi config rm probeNode": "here",
    "pulumi config set --path 'clients[0]' go": "here",
    "pulumi config set --path 'clients[0]' load": "here",
    "pulumi config set --path 'clients[1]' python": "here",
    "pulumi config set --path clientImages.python python:3.13-alpine": "here",
    "pulumi config set disruption kill-one-pod": "here",
    "pulumi config set kubernetes:context my-context": { by: "tests/cluster/failures.ts", words: "kubernetes:context" },
    "pulumi config set --secret kubernetes:kubeconfig < kubeconfig.yaml": "here",
    "pulumi config set parallelism 3": "here",
    "pulumi config set --path 'podNodes[0]' pair-2": "here",
    "pulumi config set --path 'podNodes[1]' pair": "here",
    "pulumi config set probeNode pair-2": "here",
    "pulumi config set rate 10": "here",
    "pulumi config set requests 1000": "here",
    "pulumi config set requests 500000": "here",
    "pulumi config set --path 'require[0]' 'nginxclusterip: as expected'": "here",
    "pulumi config set --path 'require[1]' 'maxShare <= 0.5'": "here",
    "pulumi config set runId again": "here",
    "pulumi config set serviceType NodePort": "here",
    "pulumi config set tls true": { by: "tests/cluster/tls.ts", words: "tls: true" },
    "pulumi config set workload StatefulSet": "here",
};
