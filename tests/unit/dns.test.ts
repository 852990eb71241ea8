import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownAddress, serviceName } from "../../probe/dns";

const kubelet =
    "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n";

describe("a Service's full name", () => {
    let folder: string;
    const resolvConf = (text: string): string => {
        const path = join(folder, "resolv.conf");
        writeFileSync(path, text);
        return path;
    };
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "resolv-"));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    const names: [what: string, text: string, name: string][] = [
        ["as kubelet writes it", kubelet, "web.shop.svc.cluster.local"],
        ["with another cluster domain", "search shop.svc.corp.example\n", "web.shop.svc.corp.example"],
        ["after domains of the node", "search corp.example shop.svc.cluster.local\n", "web.shop.svc.cluster.local"],
        [
            "beside a domain of the same name",
            "search shop.example shop.svc.cluster.local",
            "web.shop.svc.cluster.local",
        ],
        ["with a dot at the end", "search shop.svc.cluster.local.\n", "web.shop.svc.cluster.local"],
        [
            "with tabs and no last line break",
            "nameserver 10.96.0.10\nsearch\tshop.svc.cluster.local\tsvc.cluster.local",
            "web.shop.svc.cluster.local",
        ],
        [
            "with more than one space",
            "search  svc.cluster.local   shop.svc.cluster.local",
            "web.shop.svc.cluster.local",
        ],
    ];
    for (const [what, text, name] of names) {
        it(`comes from the search list ${what}`, () => {
            expect(serviceName("web", "shop", resolvConf(text))).to.equal(name);
        });
    }

    const refused: [what: string, text: string][] = [
        ["an empty file", ""],
        ["no search list", "nameserver 10.96.0.10\n"],
        ["a node's search list", "search corp.example\n"],
        ["the search list of another namespace", kubelet.replace("shop.", "workshop.")],
        ["a search list in a comment", `# ${kubelet}`],
    ];
    for (const [what, text] of refused) {
        it(`is refused with ${what}`, () => {
            const path = resolvConf(text);
            expect(() => serviceName("web", "shop", path)).to.throw(
                `${path} has no search domain shop.svc.<cluster domain>`,
            );
        });
    }
});

describe("the probe's own address", () => {
    it("is IPv4, not loopback, with the prefix of its interface", function () {
        let own: ReturnType<typeof ownAddress>;
        try {
            own = ownAddress();
        } catch (error) {
            // A machine without a network has only loopback, and that has to be said.
            expect(error).to.have.property("message", "this pod has no IPv4 address besides loopback");
            return;
        }
        expect(own.address).to.match(/^(?!127\.)\d+\.\d+\.\d+\.\d+$/);
        expect(own.prefixLength).to.be.within(1, 32);
    });
});
