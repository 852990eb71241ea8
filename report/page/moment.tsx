import type { JSX } from "preact";

/** A time in RFC 3339 as people read it, the same in every place: "2024-05-01 10:00:09 UTC". */
export function moment(time: string): JSX.Element {
    const iso = new Date(time).toISOString();
    return <time dateTime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}</time>;
}
