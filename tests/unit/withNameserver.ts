import { Resolver } from "node:dns/promises";

/** Lets every resolver that is made meanwhile ask this nameserver instead of the machine's own. */
export async function withNameserver<T>(server: string, use: () => Promise<T>): Promise<T> {
    const { resolve4 } = Resolver.prototype;
    Resolver.prototype.resolve4 = function (this: Resolver, name: string) {
        this.setServers([server]);
        return (resolve4 as (name: string) => Promise<string[]>).call(this, name);
    } as typeof resolve4;
    try {
        return await use();
    } finally {
        Resolver.prototype.resolve4 = resolve4;
    }
}
