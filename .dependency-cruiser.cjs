"use strict";

/** What files of a folder may import from this project, besides their own folder. */
const may = {
    "^probe/": ["^split/protocol/"],
    "^split/protocol/": [],
    "^split/statistics/": [],
    "^split/theory/": ["^split/(protocol|statistics)/"],
    "^split/measurement/": ["^split/(protocol|statistics|theory)/"],
    "^split/verdict/": ["^split/"],
    "^components/settings/": ["^probe/", "^split/"],
    "^components/pods/": ["^components/settings/"],
    "^components/workload/": ["^components/(settings|pods)/", "^split/"],
    "^components/probe/": ["^components/(settings|pods)/", "^probe/", "^split/"],
    "^components/cluster/": ["^components/settings/"],
    "^components/preflight/": ["^components/(settings|pods|workload|probe|cluster)/", "^split/"],
    "^components/jobLogs/": ["^components/(settings|pods|probe|cluster)/", "^split/"],
    "^components/[^/]+$": ["^components/", "^split/"],
    "^report/": ["^split/"],
    "^review/": ["^report/", "^split/"],
    "^lab/": [],
};

const project = "^(index|bench|components|docs|lab|probe|report|review|scenarios|split|tests)";

module.exports = {
    forbidden: [
        {
            name: "no-circle",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        ...Object.entries(may).map(([folder, others]) => ({
            name: `from ${folder}`,
            severity: "error",
            from: { path: folder },
            to: { path: project, pathNot: [folder, ...others] },
        })),
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "^tests/workflows/" },
        tsConfig: { fileName: "tsconfig.json" },
        tsPreCompilationDeps: true,
    },
};
