"use strict";
const { build } = require("esbuild");
const { join } = require("node:path");

// The program in one piece, made in a tenth of a second: compiling it file by file takes about one second of a preview.
// It is begun first, as another process does it while this one loads Pulumi's SDK.
const bundled = build({
    absWorkingDir: __dirname,
    entryPoints: ["index.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    // A package of a thousand modules loads faster by `require`.
    supported: { "dynamic-import": false },
    write: false,
    logLevel: "silent",
});
// It is awaited below, where Pulumi reports its failure.
bundled.catch(() => undefined);

const { runtime } = require("@pulumi/pulumi");

module.exports = async () => {
    // The plugin of dynamic providers takes half a second to start, and the engine starts it when it is first asked for
    // anything: in an update while the probe runs, in a preview at the very end. No function of that name is there:
    // asking for one only lets the plugin start while the program loads.
    if (runtime.isDryRun()) {
        runtime.invoke("pulumi-nodejs:dynamic:start", {}).catch(() => undefined);
    }
    const { outputFiles } = await bundled;
    const file = join(__dirname, "index.js");
    const program = new module.constructor(file, module);
    Object.assign(program, { filename: file, paths: module.paths });
    program._compile(outputFiles[0].text, file);
    return program.exports;
};
