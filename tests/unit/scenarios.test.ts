import { expect } from "chai";
import { checkCombinations } from "../../components/preflight/combinations";
import { checkedSettings } from "../../components/settings/checkedSettings";
import { settingNames } from "../../components/settings/table";
import { assess } from "../../split/verdict/assessment";
import { hold } from "../../scenarios/cells";
import { contradictionsIn, page } from "../../scenarios/page";
import type { Scenario } from "../../scenarios/scenario";
import { scenarios, shared } from "../../scenarios/table";
import { backend, client, clusterIP, headless, measurement } from "./measurements";

describe("the table of scenarios", () => {
    it("has each once, under a name that a link can have", () => {
        const names = scenarios.map(({ name }) => name);
        expect(names).to.deep.equal([...new Set(names)]);
        names.forEach((name) => expect(name).to.match(/^[a-z][a-z-]*[a-z]$/));
    });

    for (const { name, config, reasons } of scenarios) {
        const given = checkedSettings({ ...shared, ...config }, settingNames);

        it(`gives the stack what it allows, for ${name}`, () => {
            expect(settingNames).to.include.members(Object.keys(config));
            checkCombinations(checkedSettings(given, settingNames));
        });

        it(`names a reason for every client at every Service that there is, for ${name}`, () => {
            const kinds = [
                ...["headless", "ClusterIP"],
                ...(given.serviceType === "NodePort" ? ["NodePort"] : []),
                ...(given.workload === "StatefulSet" ? ["pod"] : []),
            ];
            expect(Object.keys(reasons)).to.have.members(kinds);
            for (const each of Object.values(reasons)) {
                expect(Object.keys(each)).to.have.members([...given.clients]);
                Object.values(each).forEach((tags) => expect(tags).to.not.be.empty);
            }
        });
    }
});

describe("the page of scenarios", () => {
    const scenario: Scenario = {
        name: "one-or-two",
        sentence: "What it shows.",
        config: { replicas: 2, sessionAffinity: "ClientIP" },
        reasons: { headless: { curl: ["longest-prefix"] }, ClusterIP: { curl: ["kube-proxy-random"] } },
        facts: { proxy: "nftables", loadbalance: "round_robin", nodeLocalCache: false },
    };
    const pods = [backend("nginx-a", "10.244.0.8"), backend("nginx-b", "10.244.1.4", "node-2")];
    const held = (near: Record<string, number>, through: Record<string, number>, changes: Partial<Scenario> = {}) => {
        const seen = measurement(pods, [headless(client(near)), clusterIP(client(through))]);
        const cluster = {
            ...{ proxy: "nftables" as const, mesh: null },
            dns: {
                ...{ coreDnsVersion: "1.12.1", loadbalance: "round_robin" as const, nodeLocalCache: false },
                order: "shuffled" as const,
            },
        };
        return hold({ ...scenario, ...changes }, assess({ ...seen, cluster }));
    };
    const good = held({ "nginx-a": 300 }, { "nginx-a": 151, "nginx-b": 149 });

    it("shows expected beside measured, with the verdict and the reason, in the pods' letters", () => {
        const text = page([good]);
        expect(text).to.contain("1 scenarios, 2 cells: 2 as expected ✓, 0 explained ○, 0 that contradict ✗.");
        expect(text).to.contain("| [one-or-two](#one-or-two) | ✓ | ✓ |  |  |");
        expect(text).to.contain('`replicas: 2`, `sessionAffinity: "ClientIP"`');
        expect(text).to.contain("| Service | client | expected | a / b | failed | verdict |");
        expect(text).to.contain("| nginxheadless | curl | a alone | 300 / 0 | 0 | ✓ as expected |");
        expect(text).to.contain("| nginxclusterip | curl | a and b alike | 151 / 149 | 0 | ✓ as expected |");
        expect(text).to.match(
            /\*\*curl\*\* at nginxheadless \(headless\): By RFC 6724 rule 9, glibc puts nginx-a first in every answer/,
        );
        expect(text).to.match(/a nginx-a at 10\.244\.0\.8 on node-1; b nginx-b at 10\.244\.1\.4 on node-2/);
        expect(contradictionsIn([good])).to.equal(0);
    });

    const outcomes: [what: string, of: ReturnType<typeof held>, outcomes: string[], contradictions: number][] = [
        ["too few requests", held({ "nginx-a": 12 }, { "nginx-a": 5, "nginx-b": 5 }), ["as expected", "explained"], 0],
        [
            "another pod than the one that theory expects",
            held({ "nginx-a": 299, "nginx-b": 1 }, { "nginx-a": 151, "nginx-b": 149 }),
            ["contradicts", "as expected"],
            1,
        ],
        [
            "a split that is as expected, for a reason that is not the scenario's",
            held(
                { "nginx-a": 300 },
                { "nginx-a": 151, "nginx-b": 149 },
                {
                    reasons: { ...scenario.reasons, ClusterIP: { curl: ["client-affinity"] } },
                },
            ),
            ["as expected", "contradicts"],
            1,
        ],
    ];
    for (const [what, each, expected, contradictions] of outcomes) {
        it(`calls its cells ${expected.join(" and ")} with ${what}`, () => {
            expect(each.cells.map(({ outcome }) => outcome)).to.deep.equal(expected);
            expect(contradictionsIn([good, each])).to.equal(contradictions);
        });
    }

    it("says what of the cluster was not found as it is, and which Service is not there", () => {
        const facts = { ...scenario.facts, proxy: "iptables" as const };
        const other = held(
            { "nginx-a": 300 },
            { "nginx-a": 151, "nginx-b": 149 },
            {
                ...{ facts, reasons: { ...scenario.reasons, NodePort: { curl: ["kube-proxy-random"] } } },
            },
        );
        const sentences = ["proxy is nftables, and iptables was to be found.", "There is no Service of kind NodePort."];
        expect(other.contradictions).to.deep.equal(sentences);
        sentences.forEach((sentence) => expect(page([other])).to.contain(`- ✗ ${sentence}`));
        expect(contradictionsIn([other])).to.equal(2);
    });

    it("tells what was foretold, and whether it came so", () => {
        const { assessment } = good;
        const foretold = { client: "10.244.0.9", pod: "nginx-a", bits: 31 };
        const kept = hold(scenario, assessment, foretold);
        expect(page([kept])).to.contain(
            "the client at 10.244.0.9 calls a alone by the headless name, with which it shares 31 leading bits. So it came.",
        );
        const missed = hold(scenario, assessment, { ...foretold, client: "10.244.0.10", pod: "nginx-b" });
        expect(missed.contradictions).to.deep.equal([
            "The client was at 10.244.0.9, not at 10.244.0.10.",
            "Requests came to nginx-a, not to nginx-b alone.",
        ]);
        expect(page([missed])).to.contain("It came otherwise.");
    });
});
