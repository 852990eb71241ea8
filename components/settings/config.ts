import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "./refusal";
import { settingNames, settings, type SettingName, type Settings } from "./table";

/**
 * Reads the settings from a stack's config. Pulumi.yaml gives each a type and a default.
 *
 * @throws Refusal where the config has a key that is no setting: Pulumi takes any key, and a misspelt one would do nothing
 */
export function settingsOf(config: pulumi.Config): Settings {
    const prefix = `${config.name}:`;
    const unknown = Object.keys(pulumi.runtime.allConfig()).filter(
        (key) => key.startsWith(prefix) && !Object.hasOwn(settings, key.slice(prefix.length)),
    );
    if (unknown.length > 0) {
        throw new Refusal(
            `${unknown.join(", ")}: there is no such setting; the settings are ${[...settingNames].sort().join(", ")}`,
        );
    }
    return Object.fromEntries(settingNames.map((name) => [name, read(config, name)])) as unknown as Settings;
}

function read(config: pulumi.Config, name: SettingName): unknown {
    switch (typeof settings[name].default) {
        case "number":
            return config.requireNumber(name);
        case "boolean":
            return config.requireBoolean(name);
        case "string":
            return config.require(name);
        default:
            return config.requireObject(name);
    }
}
