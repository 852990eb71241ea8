import type { JSX } from "preact";
import type { Drawing } from "../charts/svg";

/** A drawing as one image with a name. A table beside it has the same figures. */
export function Chart({ drawing, label }: { drawing: Drawing; label: string }): JSX.Element {
    const { width, height, content } = drawing;
    return (
        <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
            <g aria-hidden="true" dangerouslySetInnerHTML={{ __html: content }} />
        </svg>
    );
}
