import { disruption } from "./disruption";
import { faults } from "./faults";
import { healing } from "./healing";
import { onLab } from "./onLab";
import { brokenLab } from "./testLab";

onLab("on a lab that breaks", brokenLab, (machineBefore) => {
    disruption();
    faults();
    healing(machineBefore);
});
