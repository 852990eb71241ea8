/** Host of a URL; an IPv6 address without the brackets that it has there. */
export function hostOf(url: string): string {
    return withoutBrackets(new URL(url).hostname);
}

export function withoutBrackets(hostname: string): string {
    return hostname.replace(/^\[(.*)\]$/, "$1");
}
