import { expect } from "chai";
import { meanwhile } from "./meanwhile";
import { testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

/** The experiment of 2019, and its image's way of answering. */
export function article(): void {
    describe("the article's experiment", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("article", testLab);
        });

        after(() => {
            meanwhile(() => stack.remove());
        });

        it("sends ten requests to each Service", async () => {
            const { services, pods } = assessmentOf(await stack.up({ requests: 10, replicas: 3 }));
            expect(services.map(({ name, kind }) => [name, kind])).to.deep.equal([
                ["nginxheadless", "headless"],
                ["nginxclusterip", "ClusterIP"],
            ]);
            const answered = services.map(({ clients }) => clients[0]?.answered);
            expect(answered).to.deep.equal([10, 10]);
            expect(pods).to.have.lengthOf(3);
        });

        it("runs an image that answers with its host name by itself", async () => {
            const image = "traffic-split.lab/nginx-hostname:bookworm";
            const { services, churn } = assessmentOf(await stack.up({ image, imageAnswersHostname: true }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([10, 10]);
            expect(churn, "pods of the image before").to.deep.equal([]);
        });
    });
}
