import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { lineWriter } from "../split/record";
import { curlRequest, curlVersion } from "./curl";
import { addressRecords, ownAddress, serviceName } from "./dns";
import type { ProbePlan } from "./plan";
import { waitForEndpoints } from "./ready";

async function probe(plan: ProbePlan): Promise<void> {
    const line = lineWriter(randomBytes(4).toString("hex"));
    const print = (...args: Parameters<typeof line>): void => {
        process.stdout.write(`${line(...args)}\n`);
    };
    await waitForEndpoints(plan);
    const { client, requests, namespace, port } = plan;
    const services = plan.services.map(({ name }) => name);
    const clientVersion = await curlVersion();
    print({ kind: "header", data: { client, clientVersion, pod: hostname(), ...ownAddress(), services, requests } });
    for (const [position, service] of services.entries()) {
        const name = serviceName(service, namespace);
        print({ kind: "dns", data: { service, name, addresses: await addressRecords(name) } });
        for (let index = 0; index < requests; index++) {
            const data = await curlRequest(position, index, `http://${service}:${port}/`);
            print({ kind: "request", data });
        }
    }
    print({ kind: "end", data: { requests: services.length * requests } });
}

probe(JSON.parse(process.argv[2] ?? "") as ProbePlan).catch((error: unknown) => {
    process.stderr.write(`probe: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
