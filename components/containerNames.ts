/** Name of the probe's container that stands between the clients and the cluster's DNS. */
export const resolverContainer = "resolver";
