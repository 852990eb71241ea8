import { readFileSync } from "node:fs";

/**
 * The C library that a process has loaded, whose getaddrinfo resolves its names; null where the program is linked
 * statically.
 *
 * @param maps content of /proc/<pid>/maps. @default that of this process
 */
export function libcOf(maps = readFileSync("/proc/self/maps", "utf8")): "glibc" | "musl" | null {
    if (/\/(ld-musl-|libc\.musl-)/.test(maps)) {
        return "musl";
    }
    return /\/libc(\.so\.6|-2\.\d+\.so)$/m.test(maps) ? "glibc" : null;
}
