import { allPods } from "../split/theory/listed";
import type { AssessedService, Assessment } from "../split/verdict/assessment";
import { serviceAccess } from "./serviceAccess";

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** One sentence that says which pods answered: through each Service, how many clients reached how many of the pods. */
export function answer({ services, pods }: Pick<Assessment, "services" | "pods">): string {
    if (services.length === 0) {
        return "No Service was called.";
    }
    const all = services.map((service) => answerAt(service, pods.length)).join("; ");
    return `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
}

function answerAt(service: AssessedService, backends: number): string {
    const { clients, name, kind } = service;
    const answered = new Set(clients.flatMap(({ pods }) => pods.map(({ pod }) => pod)));
    // By a pod's own name a client reaches only that pod.
    const offered = kind === "pod" ? 1 : Math.max(backends, answered.size);
    const counts = new Map<string, number>();
    for (const { pods } of clients) {
        const outcome = outcomeOf(pods.length, offered);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const parts = [...counts].map(([outcome, count], i) => {
        const all = clients.length === 1 ? "the only client" : `all ${clients.length} clients`;
        const some = i === 0 ? `${count} of ${clients.length} clients` : String(count);
        return `${counts.size === 1 ? all : some} ${outcome}`;
    });
    return `through ${name} (${serviceAccess(service)}), ${list.format(parts)}`;
}

function outcomeOf(reached: number, offered: number): string {
    if (reached === 0) {
        return "got no answer";
    }
    if (offered === 1) {
        return "reached the only pod";
    }
    if (reached === offered) {
        return `reached ${allPods(offered)}`;
    }
    return `reached ${reached === 1 ? "only one" : reached} of ${offered} pods`;
}
