import { decode, type DecodedPacket } from "dns-packet";
import type { Line } from "../split/protocol/line";

/** Response codes of a nameserver that has an answer (RFC 1035 4.1.1): no error, and no such name. */
const noError = 0;
const nxDomain = 3;

/** Logs each DNS answer with A records of the Services, in its order. */
export class Lookups {
    private readonly sets = new Map<string, number>();
    private count = 0;

    /**
     * @param names fully qualified names of the Services; answers for other names are ignored
     * @param print writes a line at once, before the client gets the answer
     */
    constructor(
        private readonly names: readonly string[],
        private readonly print: (line: Line) => void,
    ) {}

    /**
     * Logs one answer.
     *
     * @param message DNS message of the upstream nameserver. One that is truncated is ignored: the client asks again by
     *     TCP
     */
    record(client: number, message: Buffer): void {
        const { questions = [], answers = [], flag_tc: isTruncated, flags = 0 } = decoded(message);
        const [question] = questions;
        const name = this.names.indexOf(question?.name.toLowerCase() ?? "");
        // The failure of a nameserver says nothing of the pods: the client asks again, or logs an error itself.
        const isAnswer = [noError, nxDomain].includes(flags & 0xf);
        if (name === -1 || question?.type !== "A" || isTruncated || !isAnswer) {
            return;
        }
        const addresses = [...new Set(answers.flatMap((answer) => (answer.type === "A" ? [answer.data] : [])))];
        const sorted = [...addresses].sort();
        const order = addresses.map((address) => sorted.indexOf(address));
        this.print({ kind: "lookup", data: { client, name, set: this.setOf(sorted), order } });
        this.count++;
    }

    /** Logs the trailer. */
    end(): void {
        this.print({ kind: "end", data: { count: this.count } });
    }

    private setOf(sorted: readonly string[]): number {
        const key = sorted.join();
        const known = this.sets.get(key);
        if (known !== undefined) {
            return known;
        }
        const position = this.sets.size;
        this.sets.set(key, position);
        this.print({ kind: "addresses", data: sorted });
        return position;
    }
}

/** Empty for a message that is not DNS, which a client ignores too. */
function decoded(message: Buffer): Partial<DecodedPacket> {
    try {
        return decode(message);
    } catch {
        return {};
    }
}
