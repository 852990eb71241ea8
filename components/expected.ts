import { expectedSplits, type ExpectedSplits } from "../split/theory/expectedSplits";
import { calledServices } from "./probe/calledServices";
import { probeClients, traitsOf } from "./settings/clients";
import type { Settings } from "./settings/table";
import { pairServices, pairSettings } from "./workload/pairServices";

/** Settings that decide a split. */
export const decidingSettings = [...pairSettings, "clients", "replicas"] as const;

/** What to expect of a pair of Services, from settings alone. */
export function expectedOf(settings: Pick<Settings, (typeof decidingSettings)[number]>): ExpectedSplits {
    const pair = pairServices(settings);
    return expectedSplits({
        replicas: settings.replicas,
        services: calledServices(pair).flatMap(({ name, kind, service }) =>
            pair.filter((each) => each.name === service).map((each) => ({ ...each, name, kind })),
        ),
        clients: probeClients(settings.clients).map(traitsOf),
    });
}
