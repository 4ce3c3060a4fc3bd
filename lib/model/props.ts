/** Everything a user may write, as types. Names are kubeadm's own (`ClusterConfiguration` v1beta4). No defaults here. */
export type { AddonsProps, CoreDnsProps } from "./props/addons";
export type {
  ApiServerProps,
  ControlPlaneComponentProps,
  HostPathMountProps,
} from "./props/components";
export type {
  ControlPlaneProps,
  ControlPlaneSettings,
  DnsProps,
  NetworkingProps,
  NodeRegistrationProps,
} from "./props/control-plane";
export type {
  EtcdExternalProps,
  EtcdHostsProps,
  EtcdLocalProps,
  EtcdProps,
  ExternalEtcdProps,
  LocalEtcdProps,
} from "./props/etcd";
export type {
  BinariesProps,
  ContainerRuntimeProps,
  HostProps,
  SshProps,
  TaintProps,
} from "./props/host";
export type { NodeJoinProps } from "./props/node-join";
