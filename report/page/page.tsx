import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JSX } from "preact";
import { render } from "preact-render-to-string";
import type { Assessment } from "../../split/verdict/assessment";
import type { Comparison } from "../../split/verdict/comparison";
import { answer } from "../answer";
import { directionMarks } from "../markdown";
import { letteredPods } from "../podLetters";
import { Circumstances } from "./circumstances";
import { Disruption, type DrawnDisruption } from "./disruption";
import { drawDisruptions, drawService } from "./drawings";
import { Service, type ServiceSection } from "./service";
import { utcTime } from "./utcTime";
import { Verdicts } from "./verdicts";

/**
 * An assessment as one HTML page without scripts and without anything to load; a content security policy forbids both.
 * The same assessment gives the same text.
 *
 * @param comparison with the run before; null for none
 */
export async function page(assessment: Assessment, comparison: Comparison | null = null): Promise<string> {
    const sections = await Promise.all(
        assessment.services.map((service) => drawService(service, assessment, comparison)),
    );
    const disrupted = await drawDisruptions(assessment);
    const style = readFileSync(join(__dirname, "page.css"), "utf8");
    const document = <Document assessment={assessment} sections={sections} disrupted={disrupted} style={style} />;
    return withoutControls(`<!doctype html>\n${render(document)}\n`);
}

interface Content {
    readonly assessment: Assessment;
    readonly sections: readonly ServiceSection[];
    readonly disrupted: readonly DrawnDisruption[];
    readonly style: string;
}

function Document({ assessment, sections, disrupted, style }: Content): JSX.Element {
    const { startedAt, job } = assessment;
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    return (
        <html lang="en">
            <head>
                <meta charSet="utf-8" />
                <meta httpEquiv="Content-Security-Policy" content={policy} />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="no-referrer" />
                <title>{`Which pod answers: ${sections.map(({ service }) => service.name).join(", ")}`}</title>
                <style dangerouslySetInnerHTML={{ __html: style }} />
            </head>
            <body>
                <header>
                    <p class="project">Traffic Split</p>
                    <h1>Which pod answers</h1>
                    <p class="answer">{answer(assessment)}</p>
                    <p class="when">
                        Measured {utcTime(startedAt)} by Job {job}
                    </p>
                </header>
                <main>
                    <Verdicts {...assessment} />
                    {sections.map((section) => (
                        <Service {...section} />
                    ))}
                    {disrupted.length === 0 ? null : <Disruption all={assessment} drawn={disrupted} />}
                    <Circumstances all={assessment} pods={letteredPods(assessment)} />
                </main>
            </body>
        </html>
    );
}

/** Replaces control characters, such as ANSI escapes and marks of writing direction, by a visible character. */
function withoutControls(html: string): string {
    return html.replace(/(?!\n)\p{Cc}/gu, "\ufffd").replace(directionMarks, "\ufffd");
}
