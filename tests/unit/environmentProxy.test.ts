import { expect } from "chai";
import { environmentProxy } from "../../components/cluster/environmentProxy";

const proxy = "http://proxy.example:3128";

describe("the environment's proxy to a server", () => {
    const named: [environment: Record<string, string>, server: string, proxy: string | null][] = [
        [{}, "https://api.example:6443", null],
        [{ HTTPS_PROXY: proxy }, "https://api.example:6443", proxy],
        [{ https_proxy: proxy }, "https://api.example:6443", proxy],
        [{ HTTPS_PROXY: proxy, https_proxy: "http://other.example" }, "https://api.example", proxy],
        [{ HTTPS_PROXY: "", https_proxy: proxy }, "https://api.example", proxy],
        [{ HTTPS_PROXY: proxy }, "http://api.example:8080", null],
        [{ HTTP_PROXY: proxy }, "https://api.example:6443", null],
        [{ HTTP_PROXY: proxy }, "http://api.example:8080", proxy],
        [{ ALL_PROXY: proxy, all_proxy: proxy, npm_config_https_proxy: proxy }, "https://api.example", null],
        [{ HTTPS_PROXY: "proxy.example:3128" }, "https://api.example", proxy],
        [{ HTTPS_PROXY: "10.0.0.9:3128" }, "https://api.example", "http://10.0.0.9:3128"],
        [{ HTTPS_PROXY: "socks5://proxy.example" }, "https://api.example", "socks5://proxy.example"],
        [{ HTTPS_PROXY: proxy }, "https://localhost:6443", null],
        [{ HTTPS_PROXY: proxy }, "https://127.0.0.1:6443", null],
        [{ HTTPS_PROXY: proxy }, "https://127.8.9.10:6443", null],
        [{ HTTPS_PROXY: proxy }, "https://[::1]:6443", null],
        [{ HTTPS_PROXY: proxy }, "https://128.0.0.1:6443", proxy],
        [{ HTTPS_PROXY: proxy }, "https://[::2]:6443", proxy],
    ];
    for (const [environment, server, expected] of named) {
        it(`is ${expected ?? "none"} to ${server} with ${JSON.stringify(environment)}`, () => {
            expect(environmentProxy(server, environment)).to.equal(expected);
        });
    }

    const excepted: [noProxy: string, server: string, isExcepted: boolean][] = [
        ["*", "https://api.example", true],
        ["other.example,*", "https://10.1.2.3", true],
        ["*,", "https://[fd00::1]", true],
        ["", "https://api.example", false],
        [" , ,", "https://api.example", false],
        ["api.example", "https://api.example:6443", true],
        [" API.Example ", "https://api.EXAMPLE:6443", true],
        ["example", "https://api.example", true],
        ["ample", "https://api.example", false],
        [".example", "https://api.example", true],
        [".api.example", "https://api.example", false],
        ["*.example", "https://api.example", true],
        ["*.api.example", "https://api.example", false],
        ["*.api.example", "https://eu.api.example", true],
        ["*api.example", "https://api.example", false],
        ["a.example b.example", "https://b.example", false],
        ["api.example:6443", "https://api.example:6443", true],
        ["api.example:6443", "https://api.example", false],
        ["api.example:443", "https://api.example", true],
        ["api.example:", "https://api.example:6443", true],
        [":6443", "https://api.example:6443", false],
        ["10.1.2.3", "https://10.1.2.3:6443", true],
        ["10.1.2.3:6443", "https://10.1.2.3:6443", true],
        ["10.1.2.3:6443", "https://10.1.2.3:443", false],
        ["10.1.2.3", "https://10.1.2.4", false],
        ["10.1.2", "https://10.1.2.3", false],
        [".2.3", "https://10.1.2.3", false],
        ["10.1.0.0/16", "https://10.1.2.3", true],
        ["10.1.9.9/16", "https://10.1.2.3", true],
        ["10.1.0.0/24", "https://10.1.2.3", false],
        ["10.1.0.0/33", "https://10.1.0.0", false],
        ["10.0.0.0/8", "https://10.example", false],
        ["0.0.0.0/0", "https://10.1.2.3", true],
        ["0.0.0.0/0", "https://[fd00::1]", false],
        ["fd00::/8", "https://[fd00::1]:6443", true],
        ["fd00::/8", "https://[fe80::1]:6443", false],
        ["fd00::1", "https://[fd00:0::1]:6443", true],
        ["[fd00::1]:6443", "https://[fd00::1]:6443", true],
        ["[fd00::1]:6443", "https://[fd00::1]", false],
        ["[fd00::1]", "https://[fd00::1]", false],
        ["bücher.example", "https://bücher.example:6443", true],
        ["BÜCHER.example:6443", "https://bücher.example:6443", true],
        [".bücher.example", "https://api.bücher.example", true],
        ["*.bücher.example", "https://bücher.example", false],
        ["xn--bcher-kva.example", "https://bücher.example", true],
        ["10.bücher.example", "https://10.bücher.example", true],
        ["bücher.example", "https://bucher.example", false],
    ];
    for (const [noProxy, server, isExcepted] of excepted) {
        it(`is ${isExcepted ? "not used" : "used"} to ${server} with NO_PROXY=${noProxy}`, () => {
            const expected = isExcepted ? null : proxy;
            expect(environmentProxy(server, { HTTPS_PROXY: proxy, NO_PROXY: noProxy })).to.equal(expected);
            expect(environmentProxy(server, { https_proxy: proxy, no_proxy: noProxy })).to.equal(expected);
        });
    }

    it("is by NO_PROXY before no_proxy", () => {
        const both = { HTTPS_PROXY: proxy, NO_PROXY: "other.example", no_proxy: "api.example" };
        expect(environmentProxy("https://api.example", both)).to.equal(proxy);
    });
});
