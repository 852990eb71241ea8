// What the certificate library takes for granted.
import "reflect-metadata";
import {
    BasicConstraintsExtension,
    type JsonGeneralNames,
    SubjectAlternativeNameExtension,
    X509CertificateGenerator,
} from "@peculiar/x509";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hour = 3_600_000;

/** An authority of the tests' own. */
export class Authority {
    private constructor(
        /** Its certificate, in PEM. */
        readonly certificate: string,
        private readonly keys: webcrypto.CryptoKeyPair,
    ) {}

    static async make(): Promise<Authority> {
        const keys = await newKeys();
        const certificate = await X509CertificateGenerator.createSelfSigned({
            ...lifetime(),
            name: "CN=authority",
            keys,
            signingAlgorithm: algorithm,
            extensions: [new BasicConstraintsExtension(true, undefined, true)],
        });
        return new Authority(certificate.toString("pem"), keys);
    }

    /** Key and certificate, in PEM, for a server of these names and addresses. */
    async issue(...names: string[]): Promise<{ key: string; cert: string }> {
        const { publicKey, privateKey } = await newKeys();
        const alternatives: JsonGeneralNames = names.map((value) => ({
            type: isIP(value) === 0 ? "dns" : "ip",
            value,
        }));
        const certificate = await X509CertificateGenerator.create({
            ...lifetime(),
            subject: `CN=${names[0]}`,
            issuer: "CN=authority",
            publicKey,
            signingKey: this.keys.privateKey,
            signingAlgorithm: algorithm,
            extensions: [new SubjectAlternativeNameExtension(alternatives)],
        });
        const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
        return {
            key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
            cert: certificate.toString("pem"),
        };
    }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
    return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function lifetime(): { notBefore: Date; notAfter: Date } {
    return { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
}
