/** Kernel modules and values that containers and pod networks need, now and after a reboot. */
import type { Component, HostFile } from "../component";
import type { NodeContext } from "../model/types";
import { families } from "./preflight";

const MODULES_FILE = "/etc/modules-load.d/cdktf-kubeadm.conf";
const SYSCTLS_FILE = "/etc/sysctl.d/99-cdktf-kubeadm.conf";

/** overlay: containerd's snapshots; br_netfilter: services for pods behind one bridge. */
const MODULES: readonly string[] = ["br_netfilter", "overlay"];

/** @see https://kubernetes.io/docs/setup/production-environment/container-runtimes/ */
const IPV4 = {
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.ipv4.ip_forward": "1",
};
const IPV6 = {
  "net.bridge.bridge-nf-call-ip6tables": "1",
  "net.ipv6.conf.all.forwarding": "1",
  "net.ipv6.conf.default.forwarding": "1",
};

/** Kernel modules and sysctls of one host. */
export function kernel(ctx: NodeContext): Component {
  const { hasIpv4, hasIpv6 } = families(ctx);
  const sysctls = { ...(hasIpv4 ? IPV4 : {}), ...(hasIpv6 ? IPV6 : {}) };
  const files: HostFile[] = [
    lines(MODULES_FILE, MODULES),
    lines(
      SYSCTLS_FILE,
      Object.entries(sysctls).map(([key, value]) => `${key} = ${value}`),
    ),
  ];
  return {
    name: "kernel",
    scope: "host",
    files,
    save: [],
    run: [
      { action: "load-modules", args: [MODULES_FILE] },
      { action: "apply-sysctls", args: [SYSCTLS_FILE] },
    ],
    clean: [],
  };
}

function lines(path: string, content: readonly string[]): HostFile {
  return { path, mode: 0o644, content: `${[...content].sort().join("\n")}\n`, format: "lines" };
}
