import { decode, type DecodedPacket } from "dns-packet";
import type { Line } from "../split/protocol/line";

/** Response codes in which a nameserver knows what it says (RFC 1035 4.1.1). */
const [noError, nxDomain] = [0, 3];

/** Writes down each answer with A records of the Services, in its order. */
export class Lookups {
    private readonly sets = new Map<string, number>();
    private count = 0;

    /**
     * @param names fully qualified names of the Services; answers for other names are passed over
     * @param print where a line goes, at once: the client must not be answered before
     */
    constructor(
        private readonly names: readonly string[],
        private readonly print: (line: Line) => void,
    ) {}

    /** @param message one DNS message of the upstream nameserver; one that was cut short is asked for again by TCP */
    record(client: number, message: Buffer): void {
        const { questions = [], answers = [], flag_tc: isCut, flags = 0 } = decoded(message);
        const [question] = questions;
        const name = this.names.indexOf(question?.name.toLowerCase() ?? "");
        // A nameserver that failed said nothing of the pods: its client asks again, or tells of an error of its own.
        const isAnswer = [noError, nxDomain].includes(flags & 0xf);
        if (name === -1 || question?.type !== "A" || isCut || !isAnswer) {
            return;
        }
        const addresses = [...new Set(answers.flatMap((answer) => (answer.type === "A" ? [answer.data] : [])))];
        const sorted = [...addresses].sort();
        const order = addresses.map((address) => sorted.indexOf(address));
        this.print({ kind: "lookup", data: [client, name, this.setOf(sorted), order] });
        this.count++;
    }

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

/** What is no DNS message is nothing to a client either. */
function decoded(message: Buffer): Partial<DecodedPacket> {
    try {
        return decode(message);
    } catch {
        return {};
    }
}
