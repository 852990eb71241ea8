/** How far a build is, and how long is left. Pure: the caller tells what happened and when. */
export class BuildProgress {
    private readonly shares: ReadonlyMap<string, number>;
    private readonly done = new Map<string, number>();

    /** @param modules names of what is built, each with its share of all work, in any unit */
    constructor(modules: readonly { readonly name: string; readonly cpuSeconds: number }[]) {
        this.shares = new Map(modules.map(({ name, cpuSeconds }) => [name, cpuSeconds]));
    }

    /** Tells how far one module is, 0 to 1. */
    report(name: string, fraction: number): void {
        this.done.set(name, Math.min(1, Math.max(this.done.get(name) ?? 0, fraction)));
    }

    /** How far all of it is, 0 to 1. */
    fraction(): number {
        let all = 0;
        let done = 0;
        for (const [name, share] of this.shares) {
            all += share;
            done += share * (this.done.get(name) ?? 0);
        }
        return all === 0 ? 1 : done / all;
    }

    /**
     * Seconds that are left, if the rest goes as fast as before. At first little is done, so a tenth of the work is added
     * to it, with the time that is expected for a tenth.
     *
     * @param elapsed seconds since the build began
     * @param expected seconds for all of it
     */
    secondsLeft(elapsed: number, expected: number): number {
        const fraction = this.fraction();
        return ((1 - fraction) * (elapsed + expected / 10)) / (fraction + 1 / 10);
    }
}

/** Seconds, rounded for a person: "40 s", "9 min". */
export function roughly(seconds: number): string {
    return seconds < 55 ? `${Math.max(5, 5 * Math.round(seconds / 5))} s` : `${Math.round(seconds / 60)} min`;
}

/** A Go package that a build may compile. */
export interface SourcePackage {
    /** Import path, as `go build -v` names it. */
    readonly importPath: string;
    /** Its folder, in which its module's version is. */
    readonly folder: string;
    /** Whether it is a program, which is linked besides. */
    readonly main: boolean;
    /** Bytes of its sources, to which the time of its compilation is about proportional. */
    readonly bytes: number;
}

/** A program's linking, in bytes of sources that compile in the same time, by byte of the sources that are linked. */
const linkShare = 0.04;

/** How far one module's build is, from the packages that `go build -v` names as it begins them. */
export class ModuleProgress {
    private readonly bytesOf = new Map<string, number>();
    private readonly total: number;
    private begun = 0;

    /** @param compiled folders of packages that were compiled before; those that this module begins are added */
    constructor(
        packages: readonly SourcePackage[],
        private readonly compiled: Set<string>,
    ) {
        const linked = packages.reduce((sum, { bytes }) => sum + bytes, 0);
        let total = 0;
        for (const { importPath, folder, main, bytes } of packages) {
            if (!compiled.has(folder)) {
                this.bytesOf.set(importPath, bytes);
                total += bytes;
            }
            if (main) {
                total += linked * linkShare;
            }
        }
        this.total = total;
        packages.forEach(({ folder }) => compiled.add(folder));
    }

    /** Tells that the compiler began a package. @returns how far the module is, 0 to 1; programs are linked last */
    begin(importPath: string): number {
        this.begun += this.bytesOf.get(importPath) ?? 0;
        this.bytesOf.delete(importPath);
        return this.total === 0 ? 1 : this.begun / this.total;
    }
}
