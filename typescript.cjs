"use strict";
const { transformSync } = require("esbuild");
const { readFileSync } = require("node:fs");
const { extname } = require("node:path");

// `node -r ./typescript.cjs program.ts`: by the compiler that makes the bundles, which starts in a quarter of the time of
// TypeScript's own. Types are checked by `npm run check`. Of loaders that others keep, tsx can't load packages that have
// ECMAScript modules alone, as execa and listr2 are, and ts-node takes seconds.
function compile(module, file) {
    const { code } = transformSync(readFileSync(file, "utf8"), {
        loader: extname(file).slice(1),
        jsx: "automatic",
        jsxImportSource: "preact",
        platform: "node",
        target: "node20",
        format: "cjs",
        sourcefile: file,
        sourcemap: "inline",
        sourcesContent: false,
    });
    module._compile(code, file);
}

process.setSourceMapsEnabled(true);
require.extensions[".ts"] = compile;
require.extensions[".tsx"] = compile;
