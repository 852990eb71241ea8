import type { JSX } from "preact";
import type { Outcome } from "../../split/verdict/judgement";

/** How a verdict looks: a sign and a colour beside its words, so that it does not depend on colour. */
export const looks: Readonly<Record<Outcome, { readonly sign: string; readonly className: string }>> = {
    "contradicts expectation": { sign: "✕", className: "contradicts" },
    "not enough data": { sign: "?", className: "undecided" },
    "no expectation": { sign: "–", className: "unclaimed" },
    "as expected": { sign: "✓", className: "expected" },
};

/** A verdict in words, with its sign. */
export function Badge({ outcome }: { outcome: Outcome }): JSX.Element {
    return (
        <span class={`badge ${looks[outcome].className}`}>
            <Sign outcome={outcome} /> {outcome}
        </span>
    );
}

export function Sign({ outcome }: { outcome: Outcome }): JSX.Element {
    return (
        <span class={`sign ${looks[outcome].className}`} aria-hidden="true">
            {looks[outcome].sign}
        </span>
    );
}
