/** The contract: what is not exported here may change without notice. */
export { Addons, type AddonsProps } from "./addons";
export { ControlPlane, type ControlPlaneProps } from "./control-plane";
export { EtcdCluster, type EtcdClusterProps } from "./etcd-cluster";
export type {
  ApiServerProps,
  BinariesProps,
  ContainerRuntimeProps,
  ControlPlaneComponentProps,
  ControlPlaneSettings,
  CoreDnsProps,
  DnsProps,
  EtcdExternalProps,
  EtcdHostsProps,
  EtcdLocalProps,
  ExternalEtcdProps,
  HostPathMountProps,
  HostProps,
  LocalEtcdProps,
  NetworkingProps,
  NodeRegistrationProps,
  SshProps,
  TaintProps,
} from "./model/props";
export type { Arg, EnvVar, NetworkPlugin } from "./model/types";
export { NodeJoin, type NodeJoinProps } from "./node-join";
export {
  type BridgeNetworkProps,
  bridgeNetwork,
  type FlannelProps,
  flannel,
} from "./pod-network";
