import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import { projectFolder, testLab } from "./testLab";

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
 * Makes an account of the tests' lab.
 *
 * @param roles ClusterRoles, as the docs have them
 */
export async function makeAccount(account: string, roles: readonly string[]): Promise<Account> {
    const names = roles.map((role) => (parse(role) as { metadata: { name: string } }).metadata.name);
    const setRole = async (role: string): Promise<void> => {
        await onTestLab(["apply", "--filename", "-"], role);
    };
    await onTestLab(["create", "serviceaccount", account]);
    for (const [i, role] of roles.entries()) {
        await setRole(role);
        const subject = ["--clusterrole", names[i] ?? "", "--serviceaccount", `default:${account}`];
        await onTestLab(["create", "clusterrolebinding", `${account}-${i}`, ...subject]);
    }
    const token = (await onTestLab(["create", "token", account])).trim();
    const own = parse(readFileSync(testLab.kubeconfig, "utf8")) as { users: { user: object }[] };
    const kubeconfig = join(testLab.folder, `${account}.conf`);
    const users = own.users.map((each) => ({ ...each, user: { token } }));
    writeFileSync(kubeconfig, stringify({ ...own, users }), { mode: 0o600 });
    return {
        ...{ kubeconfig, setRole },
        remove: async () => {
            await onTestLab(["delete", "clusterrolebinding", ...names.map((_, i) => `${account}-${i}`)]);
            await onTestLab(["delete", "clusterrole", ...names]);
            await onTestLab(["delete", "serviceaccount", account]);
        },
    };
}

/** kubectl on the tests' lab, with all rights. */
export async function onTestLab(args: readonly string[], input = ""): Promise<string> {
    return kubectl(testLab, await clusterBinaries(), args, input);
}
