import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "./refusal";
import { check } from "./rule";
import { settings, type Setting, type SettingName, type Settings, type TrafficSplitArgs } from "./table";

/** Some settings, each of which has a value. */
export type Checked<K extends SettingName> = Required<Pick<TrafficSplitArgs, K>>;

/**
 * Checks settings: a plain value at once, an output when it resolves. What is not given is the default.
 *
 * @param args where the settings are, among others perhaps
 * @param names of those to check
 * @returns these settings; an output with a bad value never resolves, but to the error
 * @throws Refusal where a plain value is not allowed
 */
export function checkedSettings<K extends SettingName>(
    args: Pick<TrafficSplitArgs, K>,
    names: readonly K[],
): Checked<K> {
    return Object.fromEntries(names.map((name) => [name, checkedSetting(name, args[name])])) as Checked<K>;
}

function checkedSetting(name: SettingName, input: pulumi.Input<unknown>): pulumi.Input<unknown> {
    const { rule, default: value, isPlain }: Setting = settings[name];
    if (input === undefined) {
        return value;
    }
    if (isLater(input)) {
        if (isPlain) {
            throw new Refusal(`${name}: must be a plain value, got an output; it decides which resources there are`);
        }
        return pulumi.all([input, pulumi.isSecret(pulumi.output(input))]).apply(([later, isSecret]) => {
            check(name, rule, later, isSecret);
            return later;
        });
    }
    check(name, rule, input);
    return input;
}

/** Whether a value is known only when an output or a promise resolves. */
function isLater(input: unknown): boolean {
    return pulumi.Output.isInstance(input) || input instanceof Promise;
}

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

/** Pulumi's own type of this is as exact, and unreadable to the compiler where `T` is not known yet. */
function known<T>(values: Inputs<T>): pulumi.Output<T> {
    return pulumi.output(values) as pulumi.Output<unknown> as pulumi.Output<T>;
}

/** Some of these settings. */
export function some<K extends SettingName>(args: Checked<K>, names: readonly K[]): Inputs<Pick<Settings, K>> {
    return Object.fromEntries(names.map((name) => [name, args[name]])) as Inputs<Pick<Settings, K>>;
}

/** Some of these settings, known when all of them are. */
export function outputOf<K extends SettingName>(
    args: Checked<K>,
    names: readonly K[],
): pulumi.Output<Pick<Settings, K>> {
    return known(some(args, names));
}

/**
 * Does a check that takes several values: at once where all of them are plain, else when the last of them resolves.
 *
 * @returns known when they are checked
 * @throws what the check throws
 */
export function checkOnceKnown<T extends object>(
    values: Inputs<T>,
    checkAll: (values: T) => void,
): pulumi.Output<void> {
    if (!Object.values(values).some(isLater)) {
        checkAll(values as T);
    }
    return known(values).apply(checkAll);
}
