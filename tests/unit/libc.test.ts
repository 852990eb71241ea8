import { expect } from "chai";
import { libcOf } from "../../probe/libc";

const line = (path: string): string => `7f1c2a000000-7f1c2a1d5000 r-xp 00026000 fe:01 1234   ${path}\n`;

describe("the C library of a process", () => {
    const rows: [what: string, maps: string, libc: string | null][] = [
        ["glibc", line("/usr/local/bin/node") + line("/usr/lib/x86_64-linux-gnu/libc.so.6"), "glibc"],
        ["glibc of before 2.34", line("/lib/x86_64-linux-gnu/libc-2.31.so"), "glibc"],
        ["musl", line("/lib/ld-musl-x86_64.so.1") + line("/usr/lib/libstdc++.so.6.0.32"), "musl"],
        [
            "musl beside a package for glibc's programs",
            line("/lib/ld-musl-aarch64.so.1") + line("/lib/libc.so.6"),
            "musl",
        ],
        ["none, where it is linked in", line("/usr/bin/static"), null],
    ];
    for (const [what, maps, libc] of rows) {
        it(`is ${what}`, () => {
            expect(libcOf(maps)).to.equal(libc);
        });
    }
});
