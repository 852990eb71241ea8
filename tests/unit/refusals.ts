import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

/** Message of the RunError that a promise ends in: a user reads it without a stack. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
    } catch (error) {
        expect(error).to.be.instanceOf(pulumi.RunError);
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}
