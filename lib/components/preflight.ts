/**
 * What a host must have before anything is put on it, as far as it can be told without Kubernetes. Names of checks are
 * kubeadm's, where kubeadm has one; a check that is named in `ignorePreflightErrors` is left out.
 */
import type { Component, HostAction } from "../component";
import type { Cluster, NodeContext } from "../model/types";
import { ETCD_PORTS, isIpv6 } from "./endpoints";

interface Check {
  /** Shape: kubeadm's name in lower case. */
  readonly name: string;
  readonly action: HostAction;
}

/** Commands and the Debian packages that have them: the first three are kubeadm's, the others are what our steps call. */
const COMMANDS: readonly (readonly [command: string, debianPackage: string])[] = [
  ["mount", "mount"],
  ["losetup", "mount"],
  ["cp", "coreutils"],
  ["ctr", "containerd"],
  ["curl", "curl"],
  ["findmnt", "util-linux"],
  ["flock", "util-linux"],
  ["modprobe", "kmod"],
  ["systemctl", "systemd"],
  ["tar", "tar"],
];

const CONTROL_PLANE_PORTS: readonly (readonly [port: number, component: string])[] = [
  [10257, "kube-controller-manager"],
  [10259, "kube-scheduler"],
];
const ETCD_MEMBER_PORTS: readonly (readonly [port: number, component: string])[] = [
  [ETCD_PORTS.client, "etcd"],
  [ETCD_PORTS.peer, "etcd"],
];

/** Room for images, logs and data; etcd keeps up to 2 GiB and a copy of it. Unit: MiB. */
const DISK_MIB = { "control-plane": 4096, worker: 2048 } as const;

/** The checks of one host; they run in save, before anything is brought. */
export function preflight(ctx: NodeContext): Component {
  const ignored = new Set(ctx.cluster.ignorePreflightErrors);
  const checks = [
    ...COMMANDS.map(([command, debianPackage]) =>
      check(`fileexisting-${command}`, "check-command", command, debianPackage),
    ),
    check("service-containerd", "check-unit", "containerd.service"),
    ...swap(ctx.cluster),
    ...ports(ctx).map(([port, component]) =>
      check(`port-${port}`, "check-port", String(port), component),
    ),
    ...forwarding(ctx),
    check("diskspace", "check-disk", "/var/lib", String(DISK_MIB[ctx.node.role])),
  ];
  return {
    name: "preflight",
    scope: "host",
    files: [],
    save: checks
      .filter(({ name }) => !ignored.has(name) && !ignored.has("all"))
      .map(({ action }) => action),
    run: [],
    clean: [],
  };
}

function check(name: string, action: HostAction["action"], ...args: string[]): Check {
  return { name, action: { action, args } };
}

/** kubeadm only warns, and then the kubelet does not start; here it is an error unless the kubelet is told to bear it. */
function swap({ kubelet }: Cluster): Check[] {
  return kubelet.failSwapOn === false ? [] : [check("swap", "check-swap")];
}

function ports({ cluster, node }: NodeContext): (readonly [port: number, component: string])[] {
  const kubelet: readonly [number, string] = [10250, "kubelet"];
  if (node.role === "worker") return [kubelet];
  return [
    [node.bindPort, "kube-apiserver"],
    ...CONTROL_PLANE_PORTS,
    kubelet,
    ...(cluster.etcd.kind === "local" ? ETCD_MEMBER_PORTS : []),
  ];
}

/** Each IP version that nodes, services or pods have must be forwarded. */
function forwarding(ctx: NodeContext): Check[] {
  const { hasIpv4, hasIpv6 } = families(ctx);
  return [
    ...(hasIpv4 ? [kernelValue("net/ipv4/ip_forward")] : []),
    ...(hasIpv6 ? [kernelValue("net/ipv6/conf/default/forwarding")] : []),
  ];
}

function kernelValue(path: string): Check {
  const name = `filecontent--proc-sys-${path.replaceAll("/", "-")}`;
  return check(name, "check-kernel-value", path, "1");
}

/** Which IP versions a host deals with. */
export function families({ cluster: { networking }, node }: NodeContext): {
  hasIpv4: boolean;
  hasIpv6: boolean;
} {
  const all = [...networking.serviceSubnets, ...networking.podSubnets, node.address];
  return { hasIpv4: all.some((text) => !isIpv6(text)), hasIpv6: all.some(isIpv6) };
}
