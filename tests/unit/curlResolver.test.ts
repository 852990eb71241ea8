import { expect } from "chai";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = readFileSync(join(__dirname, "../../probe/clients/curl.sh"), "utf8");
const [resolver = ""] = /^resolver\(\) \{[^]*?^\}/m.exec(program) ?? [];

/** What the client curl says of its resolver, where its binary begins like this. */
async function resolverOf(
    binary: string,
    version = "curl 8.14.1 (x86_64) libcurl/8.14.1 OpenSSL/3.5.0",
): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "curl-"));
    try {
        writeFileSync(join(folder, "curl"), binary, { mode: 0o755 });
        const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
        const { stdout } = await execa("sh", ["-c", `${resolver}\nresolver "$1"`, "sh", version], { env });
        return stdout;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

describe("the resolver of the client curl", () => {
    const elf = (loader: string): string => `\u007fELF\u0002\u0001\u0001\0\0\0\n\0\n\0\0${loader}\0\0GNU\0`;
    const rows: [what: string, binary: string, resolver: string][] = [
        ["musl, by its loader", elf("/lib/ld-musl-x86_64.so.1"), '"musl"'],
        ["glibc, by its loader", elf("/lib64/ld-linux-x86-64.so.2"), '"glibc"'],
        ["glibc on another architecture", elf("/lib/ld-linux-aarch64.so.1"), '"glibc"'],
        ["not known of a static binary", elf(""), "null"],
    ];
    for (const [what, binary, expected] of rows) {
        it(`is ${what}`, async () => {
            expect(await resolverOf(binary)).to.equal(expected);
        });
    }

    it("is c-ares where curl says so, whatever its C library", async () => {
        const version = "curl 8.14.1 (x86_64) libcurl/8.14.1 OpenSSL/3.5.0 c-ares/1.34.5";
        expect(await resolverOf(elf("/lib/ld-musl-x86_64.so.1"), version)).to.equal('"c-ares"');
    });
});
