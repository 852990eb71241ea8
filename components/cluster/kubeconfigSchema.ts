import { z } from "zod";

/** A text of Kubernetes' APIs. Absent and null are the zero value, as they are to programs in Go. */
export const text = z
    .string()
    .nullish()
    .transform((given) => given ?? "");
const flag = z
    .boolean()
    .nullish()
    .transform((given) => given ?? false);

function list<T extends z.ZodType>(item: T) {
    return z
        .array(item)
        .nullish()
        .transform((given): z.output<T>[] => given ?? []);
}

function orEmpty<T extends z.ZodObject>(part: T) {
    return part.nullish().transform((given): z.output<T> => given ?? part.parse({}));
}

const cluster = z.object({
    server: text,
    "certificate-authority": text,
    "certificate-authority-data": text,
    "insecure-skip-tls-verify": flag,
    "tls-server-name": text,
    "proxy-url": text,
    "disable-compression": flag,
    extensions: list(z.object({ name: text, extension: z.unknown() })),
});

const exec = z.object({
    apiVersion: text,
    command: text,
    args: list(z.string()),
    env: list(z.object({ name: text, value: text })),
    installHint: text,
    provideClusterInfo: flag,
    interactiveMode: text,
});

const user = z.object({
    "client-certificate": text,
    "client-certificate-data": text,
    "client-key": text,
    "client-key-data": text,
    token: text,
    tokenFile: text,
    username: text,
    password: text,
    as: text,
    "as-uid": text,
    "as-groups": list(z.string()),
    "as-user-extra": z
        .record(z.string(), z.array(z.string()))
        .nullish()
        .transform((given) => given ?? {}),
    "auth-provider": z.object({ name: text }).nullish(),
    exec: exec.nullish(),
});

const context = z.object({ cluster: text, user: text });

/** The fields of a kubeconfig that say where a cluster is and who asks. Other fields are left out. */
export const kubeconfigSchema = z.object({
    "current-context": text,
    clusters: list(z.object({ name: text, cluster: orEmpty(cluster) })),
    users: list(z.object({ name: text, user: orEmpty(user) })),
    contexts: list(z.object({ name: text, context: orEmpty(context) })),
});

export type Kubeconfig = z.output<typeof kubeconfigSchema>;
export type KubeconfigCluster = z.output<typeof cluster>;
export type KubeconfigUser = z.output<typeof user>;
export type KubeconfigExec = z.output<typeof exec>;

/** What a missing entry stands for. */
export const anonymous: KubeconfigUser = user.parse({});
