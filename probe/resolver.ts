import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import type { Line } from "../split/protocol/line";
import { lineWriter } from "../split/protocol/lineWriter";
import { forwardAll } from "./forwarder";
import { isKubeProxyAlive } from "./kubeProxy";
import { Lookups } from "./lookups";
import { notListeningFile, placeOf, type ProbePlan } from "./plan";
import { loopbackOf, readResolvConf, serviceName } from "./resolvConf";

/** Runs beside the clients, between them and the cluster's DNS, and logs every answer that they get. */
async function observe(plan: ProbePlan): Promise<void> {
    const { clients, services, caFile } = plan;
    const line = lineWriter(randomBytes(4).toString("hex"));
    const print = (each: Line): void => {
        process.stdout.write(`${line(each)}\n`);
    };
    const conf = readResolvConf();
    const named = services.filter(({ kind }) => kind !== "NodePort");
    const names = named.map((service) => serviceName(placeOf(plan, service).host, conf));
    print({
        kind: "resolver",
        data: {
            pod: hostname(),
            ...ownAddress(),
            ...conf,
            kubeProxy: await isKubeProxyAlive(process.env["NODE_ADDRESS"] ?? ""),
            caCertificate: caFile === null ? null : readFileSync(caFile, "utf8"),
            clients,
            names,
        },
    });
    const lookups = new Lookups(names, print);
    process.on("SIGTERM", () => {
        lookups.end();
        process.exit();
    });
    const forwardings = clients.flatMap((_, client) =>
        conf.nameservers.map((nameserver, i) => ({
            listen: loopbackOf(client, i),
            nameserver,
            seen: (message: Buffer): void => {
                lookups.record(client, message);
            },
        })),
    );
    // Without the pod's sysctl, the container runtime decides who may listen on port 53.
    if (!(await forwardAll(forwardings))) {
        writeFileSync(notListeningFile(plan), "");
        // It stays until it is stopped, so that its log gets a trailer and is whole.
        setInterval(() => undefined, 60_000);
    }
}

/** The pod's own IPv4 address and the prefix length of its interface, which RFC 6724 rule 9 depends on. */
function ownAddress(): { address: string; prefixLength: number } {
    const external = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ family, internal }) => family === "IPv4" && !internal);
    if (external?.cidr == null) {
        throw new Error("this pod has no IPv4 address besides loopback");
    }
    return { address: external.address, prefixLength: Number(external.cidr.split("/")[1]) };
}

observe(JSON.parse(process.argv[2] ?? "") as ProbePlan).catch((error: unknown) => {
    process.stderr.write(`resolver: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
});
