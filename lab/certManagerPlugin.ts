import { log, provider, runtime } from "@pulumi/pulumi";
import { CertManagerStandIn, certManagerType } from "./certManager";
import { certManagerChart, provideCertManager } from "./certManagerBuild";
import { versions } from "./versions";
import { layoutWith } from "./topology";

// Pulumi starts it as a plugin: what it is given first is the lab's name and subnet, by the script that the lab puts
// among Pulumi's plugins; the rest is Pulumi's.
const [name = "", subnet = "", ...args] = process.argv.slice(2);

const plugin: provider.Provider = {
    // That of the plugin which it stands in for.
    version: versions.pulumiCertManager,
    construct: async (resource, type, inputs, options) => {
        if (type !== certManagerType) {
            throw new Error(`${type}: this plugin serves ${certManagerType} alone`);
        }
        const folder = await certManagerChart();
        if (!runtime.isDryRun()) {
            await provideCertManager(layoutWith(name, Number(subnet)), everyHalfMinute());
        }
        const chart = { folder, version: `v${versions.certManager}` };
        const { urn, status } = new CertManagerStandIn(resource, inputs, chart, options);
        return { urn, state: { status } };
    },
};

/** Tells Pulumi's user a line now and then, of many. */
function everyHalfMinute(): (line: string) => void {
    let next = 0;
    return (line) => {
        if (Date.now() >= next) {
            next = Date.now() + 30_000;
            void log.info(line);
        }
    };
}

void provider.main(plugin, args);
