import { readFileSync } from "node:fs";
import type { Authorization, ClientCertificate, ClusterAccess, TokenFile } from "./clusterAccess";
import { runExecPlugin } from "./execPlugin";

/** Who a request comes from. */
export interface Credentials {
    /** Value of the header `Authorization`; null for none. */
    readonly authorization: string | null;
    readonly certificate: ClientCertificate | null;
}

/** How long credentials without an expiry are used before they are read again, as in client-go for token files. */
const freshMilliseconds = 60_000;

/** The credentials of a cluster's access, renewed when they have expired. */
export class RenewedCredentials {
    private latest: Promise<Credentials> | null = null;
    private expires = 0;

    constructor(private readonly access: ClusterAccess) {}

    /** @throws Error where a plugin fails, or a token can't be read */
    get(): Promise<Credentials> {
        if (this.latest === null || Date.now() > this.expires) {
            // Concurrent requests share one run of a plugin.
            this.expires = Infinity;
            this.latest = this.renew();
            this.latest.catch(() => {
                this.latest = null;
            });
        }
        return this.latest;
    }

    private async renew(): Promise<Credentials> {
        const { authorization, certificate } = this.access;
        if (authorization.kind !== "exec") {
            this.expires = Date.now() + freshMilliseconds;
            return { authorization: headerOf(authorization), certificate };
        }
        const printed = await runExecPlugin(authorization);
        this.expires = printed.expires ?? Date.now() + freshMilliseconds;
        return {
            authorization: printed.token === null ? null : `Bearer ${printed.token}`,
            certificate: printed.certificate,
        };
    }
}

function headerOf(authorization: Exclude<Authorization, { kind: "exec" }>): string | null {
    switch (authorization.kind) {
        case "none":
            return null;
        case "token":
            return `Bearer ${authorization.token}`;
        case "tokenFile":
            return `Bearer ${tokenOf(authorization)}`;
        case "basic": {
            const { username, password } = authorization;
            return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
        }
    }
}

function tokenOf({ file, token }: TokenFile): string {
    try {
        return readFileSync(file, "utf8").trim() || token;
    } catch (error) {
        if (token === "") {
            throw error;
        }
        return token;
    }
}
