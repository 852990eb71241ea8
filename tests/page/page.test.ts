import { source as axe } from "axe-core";
import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { page as pageOf } from "../../report/page/page";
import { disruptedRun, eventfulRun, largeRun, runThatSays } from "../unit/pageAssessments";

/** Debian's, which `npm run setup` installs; Ubuntu has none. */
const executablePath = "/usr/bin/chromium";

interface Finding {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
}

describe("the page of a report in a browser", function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-page-"));
    const { assessment, comparison } = eventfulRun();
    const eventful = () => pageOf(assessment, comparison);
    const disrupted = () => pageOf(disruptedRun());
    const large = () => pageOf(largeRun(100, 1));
    const hostile = () => pageOf(runThatSays(`<script>alert(1)</script>"\u001b[31m${"x".repeat(150)}`));
    const cases: [what: string, write: () => Promise<string>, width: number, colorScheme: "light" | "dark"][] = [
        ["an eventful run", eventful, 1280, "light"],
        ["an eventful run", eventful, 1280, "dark"],
        ["an eventful run", eventful, 390, "light"],
        ["an eventful run", eventful, 390, "dark"],
        ["a disrupted run", disrupted, 1280, "light"],
        ["a disrupted run", disrupted, 390, "dark"],
        ["a run of 100 pods", large, 390, "light"],
        ["a run with hostile names", hostile, 390, "dark"],
    ];
    let browser: Browser | undefined;

    before(async function () {
        if (!existsSync(executablePath)) {
            this.skip();
        }
        browser = await chromium.launch({ executablePath });
    });
    after(async () => {
        await browser?.close();
        rmSync(folder, { recursive: true });
    });

    async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
        if (browser === undefined) {
            throw new Error(`${executablePath} was not started`);
        }
        return browser.newPage(options);
    }

    for (const [what, write, width, colorScheme] of cases) {
        it(`of ${what} fits ${width} px in ${colorScheme} colours, is accessible and asks for nothing`, async () => {
            const file = join(folder, "page.html");
            writeFileSync(file, await write());
            // axe is a script, which the page's policy forbids: that is tried without axe.
            const page = await newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
            const requests: string[] = [];
            const complaints: string[] = [];
            page.on("request", (request) => requests.push(request.url()));
            page.on("console", (message) => complaints.push(message.text()));
            page.on("dialog", (dialog) => complaints.push(dialog.message()));
            const url = pathToFileURL(file).href;
            await page.goto(url);
            expect(await page.title()).to.include("Which pod answers");
            await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
            expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(width);
            expect(await clippedTexts(page)).to.deep.equal([]);
            expect(await seriousFindings(page)).to.deep.equal([]);
            expect(requests).to.deep.equal([url]);
            expect(complaints).to.deep.equal([]);
            await page.close();
        });
    }

    it("is drawn under its own content security policy", async () => {
        const file = join(folder, "page.html");
        writeFileSync(file, await pageOf(assessment));
        const page = await newPage();
        const complaints: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        await page.goto(pathToFileURL(file).href);
        const paper = await page.evaluate(`getComputedStyle(document.documentElement).getPropertyValue("--paper")`);
        expect(paper).to.match(/^#[0-9a-f]{6}$/);
        const fills = `[...document.querySelectorAll("svg [fill^='var(--bar)']")].map((each) => getComputedStyle(each).fill)`;
        expect(new Set(await page.evaluate<string[]>(fills))).to.deep.equal(new Set(["rgb(58, 150, 207)"]));
        expect(complaints).to.deep.equal([]);
        await page.close();
    });
});

/** Texts of charts that reach beyond their picture. */
async function clippedTexts(page: Page): Promise<unknown> {
    return page.evaluate(`[...document.querySelectorAll("svg text")].filter((text) => {
        const [inner, outer] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
        return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
    }).map((text) => text.textContent)`);
}

/** What axe finds of serious or critical impact. */
async function seriousFindings(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate<{ violations: Finding[] }>("axe.run()");
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
