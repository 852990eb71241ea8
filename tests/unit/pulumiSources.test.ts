import { expect } from "chai";
import { withoutKinds } from "../../lab/pulumiSources";

const sdk = "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes";

const kind = (name: string, type: string): string =>
    `\tcase "${name}":\n\t\tvar res ${type}\n\t\terr := register(&res)\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\treturn &res, nil\n`;

const source = (cases: string): string => `package v2

import (
\t"fmt"

\tappsv1 "${sdk}/apps/v1"
\tcorev1 "${sdk}/core/v1"
\t"${sdk}/apiextensions"
)

func IsListKind(fullKind string) bool {
\tswitch fullKind {
\tcase "v1/List",
\t\t"apps/v1/DeploymentList":
\t\treturn true
\tdefault:
\t\treturn false
\t}
}

func RegisterResource(apiVersion, kind string) {
\tswitch fullKind {
${cases}\tdefault:
\t\tvar res apiextensions.CustomResource
\t\treturn &res, nil
\t}
}
`;

describe("the Kubernetes provider's copy of its SDK", () => {
    const small = withoutKinds(source(kind("apps/v1/Deployment", "appsv1.Deployment") + kind("v1/Pod", "corev1.Pod")));

    it("registers every kind as a resource of any kind, under the same token", () => {
        expect(small).to.equal(
            source("")
                .replace(`\tappsv1 "${sdk}/apps/v1"\n\tcorev1 "${sdk}/core/v1"\n`, "")
                .replace(
                    "\tdefault:\n\t\tvar res",
                    '\tdefault:\n\t\tif apiVersion == "v1" {\n\t\t\tapiVersion = "core/v1"\n\t\t}\n\t\tvar res',
                ),
        );
    });

    it("is refused where the switch is another one", () => {
        const other = source(`\tcase "v1/Pod":\n\t\treturn registerPod()\n`);
        expect(() => withoutKinds(other)).to.throw("is not what this version of the lab knows");
    });
});
