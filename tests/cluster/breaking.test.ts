import { disruption } from "./disruption";
import { faults } from "./faults";
import { healing } from "./healing";
import { onLab } from "./onLab";
import { brokenLab } from "./testLab";
import { tls } from "./tls";

onLab("on a lab that breaks", brokenLab, (machineBefore) => {
    // Before anything breaks.
    tls(brokenLab);
    disruption();
    faults();
    healing(machineBefore);
});
