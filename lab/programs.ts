import { BuildProgress, roughly } from "./buildProgress";
import type { Module } from "./modules";
import { build, compileStandardLibrary, download, standardLibrary } from "./toolchain";

/** One module's build. */
export interface BuildStep {
    readonly title: string;
    /** @param say is given one line whenever something changed: how far all of it is, and how long is left */
    readonly run: (say: (line: string) => void) => Promise<void>;
}

/** Seconds that the machine of README's figures, with two cores, takes to build some modules from nothing. */
export function expectedSeconds(modules: readonly Pick<Module, "cpuSeconds">[]): number {
    return [standardLibrary, ...modules].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / 2;
}

/**
 * The builds of some modules, to be run in this order, one or more at a time. What is compiled for one serves the next.
 * Downloads of all modules begin with the first build, and go on while the standard library and other modules compile.
 */
export function buildSteps(modules: readonly Module[]): BuildStep[] {
    const progress = new BuildProgress([standardLibrary, ...modules]);
    const expected = expectedSeconds(modules);
    const compiled = new Set<string>();
    let begun:
        { readonly at: number; readonly library: Promise<void>; readonly downloads: Promise<void>[] } | undefined;
    const begin = () => {
        begun ??= { at: Date.now(), library: compileStandardLibrary(), downloads: downloadInOrder(modules) };
        return begun;
    };
    return modules.map((module, i) => ({
        title: `build ${module.name}`,
        run: async (say) => {
            const { at, library, downloads } = begin();
            say("downloading");
            await Promise.all([library, downloads[i]]);
            progress.report(standardLibrary.name, 1);
            await build(module, compiled, (fraction) => {
                progress.report(module.name, fraction);
                const left = progress.secondsLeft((Date.now() - at) / 1000, expected);
                say(`${Math.floor(100 * progress.fraction())} % of all built, about ${roughly(left)} left`);
            });
        },
    }));
}

// One after another: each download takes many files at a time. The step that waits for a download throws its error.
function downloadInOrder(modules: readonly Module[]): Promise<void>[] {
    let last = Promise.resolve();
    return modules.map((module) => {
        last = last.then(async () => {
            await download(module);
        });
        last.catch(() => undefined);
        return last;
    });
}
