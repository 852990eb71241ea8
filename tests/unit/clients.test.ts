import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join, parse } from "node:path";
import { imageReference } from "../../components/settings/argument";
import { clientKinds, probeClients } from "../../components/settings/clients";

describe("the kinds of clients", () => {
    const kinds = clientKinds();

    it("are one for each file", () => {
        const files = readdirSync(join(__dirname, "../../probe/clients"));
        expect(kinds.map(({ kind }) => kind)).to.have.members(files.map((file) => parse(file).name));
    });

    for (const described of kinds) {
        const { kind, engine, resolver, image, command, file } = described;
        it(`describe themselves and have a program: ${kind}`, async () => {
            expect(engine).to.not.be.empty;
            expect(["glibc", "musl", "go", "own-round-robin"]).to.include(resolver);
            expect(imageReference.test(image), image).to.be.true;
            expect(command).to.not.be.empty;
            // What a ConfigMap's key and a container's name may be.
            expect(file).to.match(/^[-._a-z0-9]+$/);
            expect(`${kind}-kept-alive`).to.match(/^[a-z][-a-z0-9]{0,62}$/);
            expect(await described.text()).to.have.length.above(100);
        });
    }

    it("may share a program, each in its own image", async () => {
        const [curl, musl] = ["curl", "curl-musl"].map((name) => kinds.find(({ kind }) => kind === name));
        expect([musl?.file, await musl?.text()]).to.deep.equal([curl?.file, await curl?.text()]);
        expect([musl?.resolver, musl?.image]).to.not.include.members([curl?.resolver, curl?.image]);
    });
});

describe("the clients of a probe", () => {
    it("are the kinds named, in that order, each with what it does with its connections", () => {
        const clients = probeClients(["go", "curl-musl-kept-alive", "curl"]);
        expect(clients.map(({ name, kind, connection }) => [name, kind.kind, connection])).to.deep.equal([
            ["go", "go", "new"],
            ["curl-musl-kept-alive", "curl-musl", "kept-alive"],
            ["curl", "curl", "new"],
        ]);
    });

    for (const names of [
        [],
        ["wget"],
        ["curl", "curl"],
        [""],
        ["-kept-alive"],
        ["curl-kept-alive-kept-alive"],
        ["Curl"],
    ]) {
        it(`are refused by name: ${JSON.stringify(names)}`, () => {
            expect(() => probeClients(names))
                .to.throw(pulumi.RunError)
                .with.property("message")
                .that.matches(
                    /^clients: \[.*\] was given; allowed is one or more, each once, of curl, curl-kept-alive, /,
                )
                .and.include(JSON.stringify(names));
        });
    }
});
