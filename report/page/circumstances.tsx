import type { ComponentChildren, JSX } from "preact";
import type { AssessedClient, Assessment } from "../../split/verdict/assessment";
import type { LetteredPod } from "../podLetters";
import { countedIn } from "../retransmissions";
import { Pods } from "./pods";
import { moment } from "./moment";

/** Where, when and by whom it was measured. */
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
                    <Fact name="started">{moment(startedAt)}</Fact>
                    <Fact name="finished">{moment(finishedAt)}</Fact>
                    <Fact name="Job">{job}</Fact>
                    <Fact name="changes during the run">{churn.length === 0 ? "none seen" : churn.join(" ")}</Fact>
                </Facts>
                {probes.map((probe, i) => (
                    <Facts title={probes.length === 1 ? "Probe" : `Probe, pod ${i + 1} of ${probes.length}`}>
                        <Fact name="pod">{probe.pod}</Fact>
                        <Fact name="address">{`${probe.address}/${probe.prefixLength}`}</Fact>
                        <Fact name="node">{probe.node}</Fact>
                        <Fact name="zone">{probe.zone}</Fact>
                        <Fact name="name servers">{probe.nameservers.join(", ")}</Fact>
                        <Fact name="search">{probe.search.join(", ")}</Fact>
                        <Fact name="options">{probe.options.join(", ")}</Fact>
                        <Fact name="counters of TCP">{countedIn(probe)}</Fact>
                    </Facts>
                ))}
                <Facts title="Cluster">
                    <Fact name="proxy">{cluster.proxy === "unknown" ? null : cluster.proxy}</Fact>
                    <Fact name="mesh">{cluster.mesh ?? ""}</Fact>
                    <Fact name="CoreDNS">{coreDnsVersion}</Fact>
                    <Fact name="loadbalance">{loadbalance}</Fact>
                    <Fact name="NodeLocal DNSCache">
                        {nodeLocalCache === null ? null : nodeLocalCache ? "yes" : "no"}
                    </Fact>
                    <Fact name="order of answers">{order}</Fact>
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

/** What could not be read is null, and what a cluster does not have is empty. */
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
