import type { ComponentChildren, JSX } from "preact";
import type { AssessedClient, Assessment } from "../../split/verdict/assessment";
import type { LetteredPod } from "../podLetters";
import { countersText } from "../retransmissions";
import { Pods } from "./pods";
import { utcTime } from "./utcTime";

/** Where and when it was measured, and with which clients. */
export function Circumstances({ all, pods }: { all: Assessment; pods: readonly LetteredPod[] }): JSX.Element {
    const { job, probes, cluster, churn, startedAt, finishedAt } = all;
    const { coreDnsVersion, loadbalance, nodeLocalCache, order } = cluster.dns;
    return (
        <section aria-labelledby="circumstances">
            <h2 id="circumstances">Where and when</h2>
            <h3>Pods</h3>
            <Pods pods={pods} />
            <div class="columns facts">
                <Facts title="Run">
                    <Fact name="Started">{utcTime(startedAt)}</Fact>
                    <Fact name="Finished">{utcTime(finishedAt)}</Fact>
                    <Fact name="Job">{job}</Fact>
                    <Fact name="Changes during the run">{churn.length === 0 ? "none seen" : churn.join(" ")}</Fact>
                </Facts>
                {probes.map((probe, i) => (
                    <Facts title={probes.length === 1 ? "Probe" : `Probe, pod ${i + 1} of ${probes.length}`}>
                        <Fact name="Pod">{probe.pod}</Fact>
                        <Fact name="Address">{`${probe.address}/${probe.prefixLength}`}</Fact>
                        <Fact name="Node">{probe.node}</Fact>
                        <Fact name="Zone">{probe.zone}</Fact>
                        <Fact name="Nameservers">{probe.nameservers.join(", ")}</Fact>
                        <Fact name="Search domains">{probe.search.join(", ")}</Fact>
                        <Fact name="Options">{probe.options.join(", ")}</Fact>
                        <Fact name="TCP counters">{countersText(probe)}</Fact>
                    </Facts>
                ))}
                <Facts title="Cluster">
                    <Fact name="Proxy">{cluster.proxy === "unknown" ? null : cluster.proxy}</Fact>
                    <Fact name="Service mesh">{cluster.mesh ?? ""}</Fact>
                    <Fact name="CoreDNS">{coreDnsVersion}</Fact>
                    <Fact name="CoreDNS loadbalance">{loadbalance}</Fact>
                    <Fact name="NodeLocal DNSCache">
                        {nodeLocalCache === null ? null : nodeLocalCache ? "yes" : "no"}
                    </Fact>
                    <Fact name="Order of DNS answers">{order}</Fact>
                </Facts>
            </div>
            <h3>Clients</h3>
            <Clients all={all.services.flatMap(({ clients }) => clients)} />
        </section>
    );
}

function Facts({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
    return (
        <div>
            <h3>{title}</h3>
            <dl>{children}</dl>
        </div>
    );
}

/** null is shown as not known, and empty as none. */
function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
    return (
        <div>
            <dt>{name}</dt>
            <dd>{children === null ? "not known" : children === "" ? "none" : children}</dd>
        </div>
    );
}

function Clients({ all }: { all: readonly AssessedClient[] }): JSX.Element {
    const each = [...new Map(all.map((client) => [client.client, client])).values()];
    return (
        <dl class="clients">
            {each.map(({ client, clientVersion, resolver, connection }) => (
                <div>
                    <dt>{client}</dt>
                    <dd>
                        {clientVersion}; resolver {resolver},{" "}
                        {connection === "new" ? "a connection for each request" : "one connection for all requests"}
                    </dd>
                </div>
            ))}
        </dl>
    );
}
