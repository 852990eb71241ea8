import type { JSX } from "preact";

/** A moment in RFC 3339 for people, in the same time zone everywhere: "2024-05-01 10:00:09 UTC". */
export function utcTime(time: string): JSX.Element {
    const iso = new Date(time).toISOString();
    return <time dateTime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`}</time>;
}
