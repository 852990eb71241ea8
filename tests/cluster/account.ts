import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import type { Layout } from "../../lab/layout";
import { projectFolder } from "./testLab";

/** One of the roles that the docs hold, as text. */
export function roleText(file: string): string {
    return readFileSync(join(projectFolder, "docs", file), "utf8");
}

/** Whoever runs a stack with some of these roles, and no other rights. */
export interface Account {
    /** Path of a kubeconfig that says so. */
    readonly kubeconfig: string;
    /** Changes one of its roles, or puts it back. */
    readonly setRole: (role: string) => Promise<void>;
    readonly remove: () => Promise<void>;
}

/**
 * Makes an account of a lab.
 *
 * @param roles ClusterRoles, as the docs have them
 */
export async function makeAccount(lab: Layout, account: string, roles: readonly string[]): Promise<Account> {
    const names = roles.map((role) => (parse(role) as { metadata: { name: string } }).metadata.name);
    const setRole = async (role: string): Promise<void> => {
        await onLabOf(lab, ["apply", "--filename", "-"], role);
    };
    await onLabOf(lab, ["create", "serviceaccount", account]);
    for (const [i, role] of roles.entries()) {
        await setRole(role);
        const subject = ["--clusterrole", names[i] ?? "", "--serviceaccount", `default:${account}`];
        await onLabOf(lab, ["create", "clusterrolebinding", `${account}-${i}`, ...subject]);
    }
    const token = (await onLabOf(lab, ["create", "token", account])).trim();
    const own = parse(readFileSync(lab.kubeconfig, "utf8")) as { users: { user: object }[] };
    const kubeconfig = join(lab.folder, `${account}.conf`);
    const users = own.users.map((each) => ({ ...each, user: { token } }));
    writeFileSync(kubeconfig, stringify({ ...own, users }), { mode: 0o600 });
    return {
        ...{ kubeconfig, setRole },
        remove: async () => {
            await onLabOf(lab, ["delete", "clusterrolebinding", ...names.map((_, i) => `${account}-${i}`)]);
            await onLabOf(lab, ["delete", "clusterrole", ...names]);
            await onLabOf(lab, ["delete", "serviceaccount", account]);
        },
    };
}

/** kubectl on a lab, with all rights. */
export async function onLabOf(lab: Layout, args: readonly string[], input = ""): Promise<string> {
    return kubectl(lab, await clusterBinaries(), args, input);
}
