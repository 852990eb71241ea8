import { readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { clientFolder, type ClientKind } from "../settings/clients";
import { projectFolder } from "../settings/projectFolder";
import { bundle } from "./bundle";

/** Name of the file that the client's container gets. */
export function fileOf({ source }: ClientKind): string {
    const { name, ext } = parse(source);
    return ext === ".ts" ? `${name}.js` : source;
}

/** Text of that file. */
export async function programOf({ source }: ClientKind): Promise<string> {
    return parse(source).ext === ".ts"
        ? bundle(`${clientFolder}/${source}`)
        : readFileSync(join(projectFolder, clientFolder, source), "utf8");
}
