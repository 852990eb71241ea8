import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackOf, readResolvConf, resolvConfText, serviceName, type ResolvConf } from "../../probe/resolvConf";

const kubelet = `search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00::10
options ndots:5
`;
const search = ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"];

describe("a resolv.conf", () => {
    const folder = mkdtempSync(join(tmpdir(), "resolv-"));
    const path = join(folder, "resolv.conf");
    after(() => {
        rmSync(folder, { recursive: true });
    });
    const read = (text: string): ResolvConf => {
        writeFileSync(path, text);
        return readResolvConf(path);
    };

    const texts: [what: string, text: string, conf: ResolvConf][] = [
        ["as kubelet writes it", kubelet, { nameservers: ["10.96.0.10", "fd00::10"], search, options: ["ndots:5"] }],
        [
            "with tabs, spaces and no last line break",
            "nameserver\t10.96.0.10 \n  search  a.b   c.d\noptions ndots:2 use-vc",
            { nameservers: ["10.96.0.10"], search: ["a.b", "c.d"], options: ["ndots:2", "use-vc"] },
        ],
        ["with comments only", "# nameserver 1.2.3.4\n; search a\n", { nameservers: [], search: [], options: [] }],
        ["that is empty", "", { nameservers: [], search: [], options: [] }],
    ];
    for (const [what, text, conf] of texts) {
        it(`is read ${what}`, () => {
            expect(read(text)).to.deep.equal(conf);
        });
    }

    it("reads back as it was written, with another nameserver", () => {
        const conf = { ...read(kubelet), nameservers: [loopbackOf(0, 0), loopbackOf(0, 1)] };
        expect(read(resolvConfText(conf))).to.deep.equal(conf);
    });
});

describe("a Service's full name", () => {
    const names: [what: string, search: string[], name: string][] = [
        ["as kubelet writes it", search, "web.shop.svc.cluster.local"],
        ["with another cluster domain", ["shop.svc.corp.example"], "web.shop.svc.corp.example"],
        ["after domains of the node", ["corp.example", "shop.svc.cluster.local"], "web.shop.svc.cluster.local"],
        ["beside a domain of the same name", ["shop.example", "shop.svc.x.y"], "web.shop.svc.x.y"],
        ["with a dot at the end", ["shop.svc.cluster.local."], "web.shop.svc.cluster.local"],
        ["with more than one space before", ["svc.cluster.local", "shop.svc.x"], "web.shop.svc.x"],
    ];
    for (const [what, domains, name] of names) {
        it(`comes from the search list ${what}`, () => {
            expect(serviceName("web", { search: domains })).to.equal(name);
        });
    }

    for (const domains of [[], ["corp.example"], ["svc.cluster.local", "cluster.local"]]) {
        it(`is refused with the search list ${JSON.stringify(domains)}`, () => {
            expect(() => serviceName("web", { search: domains })).to.throw(
                "resolv.conf: must have a search domain <namespace>.svc.<cluster domain>",
            );
        });
    }
});

describe("the loopback address of a client for a nameserver", () => {
    it("is another for each, and never one that the machine uses itself", () => {
        const all = [0, 1, 2].flatMap((nameserver) =>
            Array.from({ length: 100 }, (_, client) => loopbackOf(client, nameserver)),
        );
        expect(new Set(all).size).to.equal(300);
        all.forEach((address) => expect(address).to.match(/^127\.0\.[123]\.(1\d|[2-9]\d|1\d\d)$/));
    });
});
