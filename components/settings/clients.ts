import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { z } from "zod";
import { clientResolver, type ConnectionMode } from "../../split/protocol/line";
import type { Resolver } from "../../split/theory/resolvers";
import { projectFolder } from "./projectFolder";
import { areDifferent, imageReference, type Rule } from "./rule";

/** Folder of the clients' programs in the project. */
export const clientFolder = "probe/clients";

/** What a client's file says of it in its first line, as JSON after `client`. */
const description = z.strictObject({
    engine: z.string().min(1),
    /** The one that it has in its own image; a client says at run time which one it has. */
    resolver: clientResolver.exclude(["c-ares"]),
    image: z.string().min(1),
    command: z.array(z.string()).min(1),
    /** What it needs at most, with room for more, in MiB: 370 were seen of what compiles, 11 of Python, 2 of curl. */
    memory: z.int().positive(),
    /** Whether it counts requests itself, several at once, instead of printing a line for each. */
    counts: z.boolean().default(false),
    /** Kind whose file this one runs. */
    program: z.string().optional(),
});

/** A program that calls Services: the file `probe/clients/<kind>.<extension>`. */
export interface ClientKind extends Omit<z.infer<typeof description>, "program"> {
    readonly kind: string;
    /** Name of the file with its program: its own, or that of the kind whose program it runs. */
    readonly source: string;
}

/** One client of a probe: a kind, and what it does with its connections. */
export interface ProbeClient {
    /** `<kind>`, or `<kind>-kept-alive`: name of its container, and in the outputs. */
    readonly name: string;
    readonly kind: ClientKind;
    readonly connection: ConnectionMode;
}

const keptAlive = "-kept-alive";

/** All kinds, by file name. A new client is a new file, and nothing else. */
export const clientKinds: readonly ClientKind[] = readKinds();

function readKinds(): ClientKind[] {
    const files = readdirSync(join(projectFolder, clientFolder));
    return files
        .sort((a, b) => (parse(a).name < parse(b).name ? -1 : 1))
        .map((file) => {
            const { program, ...described } = describe(file);
            return {
                ...described,
                kind: parse(file).name,
                source: files.find((each) => parse(each).name === program) ?? file,
            };
        });
}

function describe(file: string): z.infer<typeof description> {
    const text = readFileSync(join(projectFolder, clientFolder, file), "utf8");
    const json = /^(?:\/\/|#) client (\{.*\})$/m.exec(text)?.[1];
    if (json === undefined) {
        throw new Error(`${clientFolder}/${file} does not begin with a line of its client's description`);
    }
    return description.parse(JSON.parse(json));
}

const names = clientKinds.flatMap(({ kind, counts }) => (counts ? [kind] : [kind, `${kind}${keptAlive}`]));

/** Names of clients. */
export const clientNames: Rule<readonly string[]> = {
    allowed: "a list of one or more different clients",
    hint: `the clients are ${names.join(", ")}`,
    schema: z.array(z.enum(names)).min(1).refine(areDifferent).readonly(),
};

/** Image references by kind of client. */
export const clientImages: Rule<Readonly<Record<string, string>>> = {
    allowed: "image references by kind of client",
    hint: `the kinds are ${clientKinds.map(({ kind }) => kind).join(", ")}`,
    schema: z
        .record(
            z.string().refine((name) => clientKinds.some(({ kind }) => kind === name)),
            imageReference.schema,
        )
        .readonly(),
};

/**
 * The clients that these names mean, in the same order.
 *
 * @param chosen names that {@link clientNames} allows
 */
export function probeClients(chosen: readonly string[]): ProbeClient[] {
    return chosen.map((name) => {
        const connection: ConnectionMode = name.endsWith(keptAlive) ? "kept-alive" : "new";
        const kind = clientKinds.find((each) => name === each.kind || name === `${each.kind}${keptAlive}`);
        if (kind === undefined) {
            throw new Error(`no kind of client for ${name}`);
        }
        return { name, kind, connection };
    });
}

/** What theory has to know of a client, and the image that it has by itself. */
export function traitsOf({ name, connection, kind: { engine, resolver, image } }: ProbeClient): {
    readonly name: string;
    readonly connection: ConnectionMode;
    readonly engine: string;
    readonly resolver: Exclude<Resolver, "unknown">;
    readonly image: string;
} {
    return { name, connection, engine, resolver, image };
}
