import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { z } from "zod";
import { projectFolder } from "../probe/projectFolder";
import type { ConnectionMode } from "../../split/protocol/line";
import type { Resolver } from "../../split/theory/resolvers";
import { bundle } from "../probe/bundle";
import { Refusal } from "./refusal";

const folder = "probe/clients";

/** What a client's file says of it in its first line, as JSON after `client`. */
const description = z.strictObject({
    engine: z.string().min(1),
    resolver: z.enum(["glibc", "musl", "go", "own-round-robin"] satisfies Resolver[]),
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
    /** Name of the file that its image's command gets: its own, or that of the kind whose program it runs. */
    readonly file: string;
    /** That file's text, as the container gets it. */
    text(): Promise<string>;
}

/** One client of a probe: a kind, and what it does with its connections. */
export interface ProbeClient {
    /** `<kind>`, or `<kind>-kept-alive`: name of its container, and in the outputs. */
    readonly name: string;
    readonly kind: ClientKind;
    readonly connection: ConnectionMode;
}

const keptAlive = "-kept-alive";

/** All kinds, by file name. Who adds a client adds a file, and nothing else. */
export function clientKinds(): ClientKind[] {
    const files = readdirSync(join(projectFolder, folder)).sort((a, b) => (parse(a).name < parse(b).name ? -1 : 1));
    return files.map((file) => {
        const { program, ...described } = describe(file);
        const source = files.find((each) => parse(each).name === program) ?? file;
        const { name, ext } = parse(source);
        return {
            ...described,
            kind: parse(file).name,
            file: ext === ".ts" ? `${name}.js` : source,
            text: () => (ext === ".ts" ? bundle(`${folder}/${source}`) : Promise.resolve(textOf(source))),
        };
    });
}

function describe(file: string): z.infer<typeof description> {
    const json = /^(?:\/\/|#) client (\{.*\})$/m.exec(textOf(file))?.[1];
    if (json === undefined) {
        throw new Error(`${folder}/${file} does not begin with a line of its client's description`);
    }
    return description.parse(JSON.parse(json));
}

function textOf(file: string): string {
    return readFileSync(join(projectFolder, folder, file), "utf8");
}

/**
 * The clients that these names mean, in the same order.
 *
 * @param names of kinds, each alone or followed by `-kept-alive`
 * @throws Refusal where one is not known, comes twice, or there is none
 */
export function probeClients(names: readonly string[]): ProbeClient[] {
    const kinds = clientKinds();
    const known = kinds.flatMap(({ kind, counts }) => (counts ? [kind] : [kind, `${kind}${keptAlive}`]));
    const stranger = names.find((name, i) => !known.includes(name) || names.indexOf(name) !== i);
    if (stranger !== undefined || names.length === 0) {
        const given = JSON.stringify(names);
        throw new Refusal(`clients: ${given} was given; allowed is one or more, each once, of ${known.join(", ")}`);
    }
    return names.map((name) => {
        const connection: ConnectionMode = name.endsWith(keptAlive) ? "kept-alive" : "new";
        const kind = kinds.find((each) => name === each.kind || name === `${each.kind}${keptAlive}`);
        if (kind === undefined) {
            throw new Error(`no kind of client for ${name}`);
        }
        return { name, kind, connection };
    });
}
