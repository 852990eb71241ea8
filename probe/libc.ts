import { readFileSync } from "node:fs";

/**
 * The C library that a process has loaded, whose getaddrinfo resolves its names; null where none shows, because it is
 * linked in.
 *
 * @param maps what /proc tells of a process's memory. @default this one's
 */
export function libcOf(maps = readFileSync("/proc/self/maps", "utf8")): "glibc" | "musl" | null {
    if (/\/(ld-musl-|libc\.musl-)/.test(maps)) {
        return "musl";
    }
    return /\/libc(\.so\.6|-2\.\d+\.so)$/m.test(maps) ? "glibc" : null;
}
