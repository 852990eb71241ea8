import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * This project's own folder, whose sources the components put into pods: index.cjs bundles them in the folder itself.
 */
export const projectFolder = existsSync(join(__dirname, "probe", "clients")) ? __dirname : join(__dirname, "..", "..");
