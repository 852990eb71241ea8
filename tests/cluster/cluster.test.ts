import { article } from "./article";
import { clients } from "./clients";
import { experiment } from "./experiment";
import { failures } from "./failures";
import { leastPrivilege } from "./leastPrivilege";
import { load } from "./load";
import { onLab } from "./onLab";
import { otherStack } from "./otherStack";
import { policies } from "./policies";
import { testLab } from "./testLab";

onLab("on the lab", testLab, () => {
    experiment();
    article();
    clients();
    load();
    failures();
    otherStack();
    leastPrivilege();
    policies();
});
