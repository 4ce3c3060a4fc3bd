/** From props to the model: defaults and kubeadm's normalizing. Called after validation; pure. */
export { CONTROL_PLANE_POOL, DEFAULTS, EXTERNAL_ETCD_CLIENT } from "./defaults";
export { type ResolveInput, resolveBinaries, resolveCluster } from "./resolve/cluster";
export { nodeName, resolveControlPlaneNodes, resolvePool } from "./resolve/node";
export { type Reach, resolveReach } from "./resolve/reach";
