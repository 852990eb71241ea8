/** A share from 0 to 1 for people: "34.0 %". */
export function percent(share: number): string {
    return `${(share * 100).toFixed(1)} %`;
}
