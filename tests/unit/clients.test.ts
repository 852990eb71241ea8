import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join, parse } from "node:path";
import { fileOf, programOf } from "../../components/probe/clientPrograms";
import { clientKinds, probeClients } from "../../components/settings/clients";
import { imageReference } from "../../components/settings/rule";

describe("the kinds of clients", () => {
    it("are one for each file", () => {
        const files = readdirSync(join(__dirname, "../../probe/clients"));
        expect(clientKinds.map(({ kind }) => kind)).to.have.members(files.map((file) => parse(file).name));
    });

    for (const described of clientKinds) {
        const { kind, engine, resolver, image, command } = described;
        it(`describe themselves and have a program: ${kind}`, async () => {
            expect(engine).to.not.be.empty;
            expect(["glibc", "musl", "go", "own-round-robin"]).to.include(resolver);
            expect(imageReference.schema.safeParse(image).success, image).to.be.true;
            expect(command).to.not.be.empty;
            // What a ConfigMap's key and a container's name may be.
            expect(fileOf(described)).to.match(/^[-._a-z0-9]+$/);
            expect(`${kind}-kept-alive`).to.match(/^[a-z][-a-z0-9]{0,62}$/);
            expect(await programOf(described)).to.have.length.above(100);
        });
    }

    it("may share a program, each in its own image", () => {
        const [curl, musl] = ["curl", "curl-musl"].map((name) => clientKinds.find(({ kind }) => kind === name));
        expect(curl?.source).to.be.a("string");
        expect(musl?.source).to.equal(curl?.source);
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
});
