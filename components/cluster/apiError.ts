import type { ApiException } from "@kubernetes/client-node";

/** What an error says to a person; of an API error the server's own message, without headers. */
export function messageOf(error: unknown): string {
    if (isApiException(error)) {
        const body: unknown = error.body ?? /^Message: (.*)$/m.exec(error.message)?.[1] ?? "no message";
        const text = typeof body === "string" ? body : JSON.stringify(body);
        const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
        return `${error.code}: ${message === undefined ? text : (JSON.parse(`"${message}"`) as string)}`;
    }
    return error instanceof Error ? error.message : String(error);
}

/** By its form: a program that calls no API does not load the client for the class. */
function isApiException(error: unknown): error is ApiException<unknown> {
    return error instanceof Error && "code" in error && "body" in error && "headers" in error;
}
