import { expect } from "chai";
import { parse } from "yaml";
import { textOf } from "./documentedCommands";

interface Project {
    readonly config: Readonly<Record<string, { readonly type: string; readonly default: unknown }>>;
    readonly template: {
        readonly config: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
    };
}

describe("what `pulumi new` asks for", () => {
    const { config, template } = parse(textOf("Pulumi.yaml")) as Project;
    const own = Object.entries(template.config).filter(([key]) => !key.startsWith("kubernetes:"));

    it("are settings of the project, and one of its Kubernetes provider", () => {
        expect(own.map(([key]) => key).filter((key) => !Object.hasOwn(config, key))).to.deep.equal([]);
        expect(Object.keys(template.config))
            .to.have.length(own.length + 1)
            .and.include("kubernetes:context");
    });

    // It stores what is typed as text, and Pulumi takes no text for a list or an object.
    it("are single values", () => {
        expect(own.filter(([key]) => ["array", "object"].includes(config[key]?.type ?? "")).map(([key]) => key)).to.deep.equal([]); // prettier-ignore
    });

    it("has the settings' own defaults", () => {
        for (const [key, { default: offered = "" }] of own) {
            expect(offered, key).to.equal(String(config[key]?.default));
        }
    });

    it("is described", () => {
        const silent = Object.entries(template.config).filter(([, { description }]) => description === "");
        expect(silent).to.deep.equal([]);
    });
});
