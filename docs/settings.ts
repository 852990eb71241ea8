import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsPage, withConfig } from "./settingsPage";

// Writes what follows from the table of settings.
async function write(): Promise<void> {
    const pulumiYaml = join(__dirname, "../Pulumi.yaml");
    writeFileSync(join(__dirname, "settings.md"), await settingsPage());
    writeFileSync(pulumiYaml, await withConfig(readFileSync(pulumiYaml, "utf8")));
}

void write();
