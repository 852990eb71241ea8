import * as pulumi from "@pulumi/pulumi";
import { inspect } from "node:util";

/**
 * One sentence on what somebody gave and what is allowed, shown without a stack.
 *
 * Pulumi inspects every error that ends a program, and this one's promise with it, which leads to all other resources:
 * without a way of its own to be inspected it takes half a minute of computing until the sentence is shown.
 */
export class Refusal extends pulumi.RunError {
    [inspect.custom](): string {
        return this.message;
    }
}
