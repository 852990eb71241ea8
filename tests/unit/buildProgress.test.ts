import { expect } from "chai";
import { BuildProgress, ModuleProgress, roughly, type SourcePackage } from "../../lab/buildProgress";

describe("a build's progress", () => {
    const modules = [
        { name: "large", cpuSeconds: 90 },
        { name: "small", cpuSeconds: 10 },
    ];

    it("is that of its modules, each by its share of the work", () => {
        const progress = new BuildProgress(modules);
        expect(progress.fraction()).to.equal(0);
        progress.report("small", 1);
        expect(progress.fraction()).to.be.closeTo(0.1, 1e-12);
        progress.report("large", 0.5);
        expect(progress.fraction()).to.be.closeTo(0.55, 1e-12);
    });

    it("never goes back", () => {
        const progress = new BuildProgress(modules);
        progress.report("large", 0.5);
        progress.report("large", 0.2);
        expect(progress.fraction()).to.be.closeTo(0.45, 1e-12);
    });

    it("says how long is left: at first as expected, then more and more at the pace so far", () => {
        const progress = new BuildProgress(modules);
        expect(progress.secondsLeft(0, 600)).to.be.closeTo(600, 1e-9);
        progress.report("large", 0.5);
        // 45 % in 540 s, where 270 s were expected; at the pace so far 660 s would be left.
        expect(progress.secondsLeft(540, 600)).to.be.closeTo(600, 1e-9);
        progress.report("large", 1);
        progress.report("small", 1);
        expect(progress.secondsLeft(1200, 600)).to.equal(0);
    });

    it("is said in minutes, or in seconds at the end", () => {
        expect([1, 31, 54, 55, 100, 601].map(roughly)).to.deep.equal([
            "5 s",
            "30 s",
            "55 s",
            "1 min",
            "2 min",
            "10 min",
        ]);
    });
});

describe("a module's progress", () => {
    const of = (importPath: string, bytes: number, main = false): SourcePackage => ({
        importPath,
        folder: `/modules/${importPath}`,
        main,
        bytes,
    });

    it("counts the sources of packages that the compiler began, and that no module before it compiled", () => {
        const compiled = new Set(["/modules/shared"]);
        const progress = new ModuleProgress([of("shared", 500), of("own", 100), of("other", 300)], compiled);
        expect(progress.begin("own")).to.equal(0.25);
        expect(progress.begin("shared")).to.equal(0.25);
        expect(progress.begin("other")).to.equal(1);
        expect([...compiled]).to.have.members(["/modules/shared", "/modules/own", "/modules/other"]);
    });

    it("keeps a part for linking its programs, which the compiler does last", () => {
        const progress = new ModuleProgress([of("library", 900), of("program", 100, true)], new Set());
        progress.begin("library");
        expect(progress.begin("program")).to.be.within(0.9, 0.99);
    });

    it("is done where all was compiled before", () => {
        expect(new ModuleProgress([of("shared", 500)], new Set(["/modules/shared"])).begin("shared")).to.equal(1);
    });
});
