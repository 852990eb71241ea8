import { provider } from "@pulumi/pulumi";
import { CertManagerStandIn, certManagerType } from "./certManager";
import { certManagerTag } from "./images";

// Pulumi starts it as a plugin: what it is given first is the folder of the lab's chart, by the script that the lab
// puts among Pulumi's plugins; the rest is Pulumi's.
const [folder = "", ...args] = process.argv.slice(2);
const chart = { folder, version: certManagerTag };

const plugin: provider.Provider = {
    // That of the plugin which it stands in for.
    version: "0.2.0",
    construct: (name, type, inputs, options) => {
        if (type !== certManagerType) {
            throw new Error(`${type} is not known; ${certManagerType} alone is`);
        }
        const { urn, status } = new CertManagerStandIn(name, inputs, chart, options);
        return Promise.resolve({ urn, state: { status } });
    },
};

void provider.main(plugin, args);
