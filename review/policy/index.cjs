"use strict";
const { buildSync } = require("esbuild");
const { join } = require("node:path");
const { compileFunction } = require("node:vm");

// The engine may run a pack in the stack's folder. The SDK takes the pack's version from the working folder, and
// Pulumi's TypeScript loader its compiler options: with those of somebody else's stack this pack might not compile.
process.chdir(__dirname);
const { outputFiles } = buildSync({
    absWorkingDir: __dirname,
    entryPoints: ["pack.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    logLevel: "silent",
});
compileFunction(outputFiles[0].text, ["require", "module", "exports"], { filename: join(__dirname, "pack.js") })(
    require,
    module,
    exports,
);
