/** Name of the probe's container that stands between the clients and the cluster's DNS. */
export const resolverContainer = "resolver";
/** Name of the one that gets everything ready before the clients start. */
export const waitContainer = "wait";
