import type { JSX } from "preact";
import type { AssessedService, Assessment } from "../../split/verdict/assessment";
import type { Outcome } from "../../split/verdict/judgement";
import { verdictGroups } from "../verdictGroups";
import { looks, Sign } from "./outcome";

/** What needs attention comes first. */
const order = Object.keys(looks) as Outcome[];

const tally: Readonly<Record<Outcome, string>> = {
    "contradicts expectation": "contradict the expectation",
    "not enough data": "without enough data",
    "no expectation": "without an expectation",
    "as expected": "as expected",
};

/**
 * How many verdicts of each kind there are, and all verdicts with their reasons, once for all clients that share them.
 */
export function Verdicts({ services, churn }: Assessment): JSX.Element {
    const outcomes = services.flatMap(({ clients }) => clients.map(({ verdict }) => verdict.outcome));
    return (
        <section aria-labelledby="verdicts">
            <h2 id="verdicts" class="unseen">
                Verdicts
            </h2>
            <ul class="tally">
                {order.toReversed().map((outcome) => {
                    const count = outcomes.filter((each) => each === outcome).length;
                    return (
                        <li class={count === 0 ? "nil" : looks[outcome].className}>
                            <strong>
                                {count} <Sign outcome={outcome} />
                            </strong>{" "}
                            {tally[outcome]}
                        </li>
                    );
                })}
            </ul>
            {churn.length === 0 ? null : (
                <div class="callout">
                    <h3>What changed behind the Services during the run</h3>
                    <ul>
                        {churn.map((sentence) => (
                            <li>{sentence}</li>
                        ))}
                    </ul>
                </div>
            )}
            <div class="columns">
                {services.map((service) => (
                    <VerdictsOf {...service} />
                ))}
            </div>
        </section>
    );
}

function VerdictsOf({ name, kind, clients }: AssessedService): JSX.Element {
    const groups = verdictGroups(clients);
    const sorted = order.flatMap((outcome) => groups.filter((group) => group.outcome === outcome));
    return (
        <div>
            <h3>
                {name} <small>{kind}</small>
            </h3>
            <ul class="verdicts">
                {sorted.map(({ clients: names, outcome, why }) => (
                    <li>
                        <Sign outcome={outcome} />
                        <div>
                            <p>
                                <strong>{names.join(", ")}</strong>{" "}
                                <span class={`outcome ${looks[outcome].className}`}>{outcome}</span>
                            </p>
                            <p>{why}</p>
                        </div>
                    </li>
                ))}
            </ul>
        </div>
    );
}
