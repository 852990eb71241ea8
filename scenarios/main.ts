import { Argument, Command } from "commander";
import { Listr, PRESET_TIMER, type ListrTask } from "listr2";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeLab } from "../lab/down";
import { hold, type Measured } from "./cells";
import { foretell } from "./foretelling";
import { contradictionsIn, page } from "./page";
import type { Scenario } from "./scenario";
import { projectFolder, ScenarioLab, scenarioLayout } from "./scenarioLab";
import { scenarios, shared } from "./table";

const target = join(projectFolder, "docs", "evidence", "scenarios.md");

new Command("scenarios")
    .description("Measures every scenario on a lab of its own, and writes docs/evidence/scenarios.md")
    .addArgument(
        new Argument("[scenarios...]", "which to measure, to the standard output; all by default").choices(
            scenarios.map(({ name }) => name),
        ),
    )
    .action(async (only: readonly string[]) => {
        const chosen = scenarios.filter(({ name }) => only.length === 0 || only.includes(name));
        const all: Measured[] = [];
        await run(chosen, all);
        const text = page(all);
        if (only.length > 0) {
            process.stdout.write(text);
        } else {
            writeFileSync(target, text);
            console.log(target);
        }
        const contradictions = contradictionsIn(all);
        console.error(`${all.length} scenarios, ${contradictions} contradictions`);
        process.exitCode = contradictions === 0 ? 0 : 1;
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`scenarios: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });

/** @param all where each that was measured is put */
async function run(chosen: readonly Scenario[], all: Measured[]): Promise<void> {
    let lab: ScenarioLab | undefined;
    const started = (): ScenarioLab => {
        if (lab === undefined) {
            throw new Error("the lab is not up");
        }
        return lab;
    };
    try {
        await show([
            {
                title: "a lab of three nodes in three zones",
                task: async () => {
                    lab = await ScenarioLab.start();
                },
            },
            ...chosen.map((scenario): ListrTask => ({
                title: scenario.name,
                task: async () => {
                    all.push(await measured(started(), scenario));
                },
            })),
        ]);
    } finally {
        const end = lab === undefined ? () => removeLab(scenarioLayout) : lab.stop.bind(lab);
        await show([{ title: "the lab taken down", task: end }]);
    }
}

async function show(tasks: ListrTask[]): Promise<void> {
    await new Listr(tasks, {
        concurrent: false,
        fallbackRenderer: "verbose",
        rendererOptions: { timer: PRESET_TIMER },
        fallbackRendererOptions: { timer: PRESET_TIMER, logTitleChange: false },
    }).run();
}

async function measured(lab: ScenarioLab, scenario: Scenario): Promise<Measured> {
    const { name, change, foretoldOn } = scenario;
    const config = { ...shared, ...scenario.config, runId: name };
    await change?.make(lab);
    try {
        const assessment = await lab.measure(config);
        if (foretoldOn === undefined) {
            return hold(scenario, assessment);
        }
        // The pods are where they are: the next run has a new client, and nothing else.
        const foretold = await foretell(lab, foretoldOn);
        return hold(scenario, await lab.measure({ ...config, runId: `${name}, foretold` }), foretold);
    } finally {
        await change?.undo(lab);
    }
}
