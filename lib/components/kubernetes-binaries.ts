/** kubelet and kubectl. */
import type { Component, HostAction } from "../component";
import type { Cluster, NodeContext } from "../model/types";

/** Where the unit file and our scripts expect them. */
const BIN_DIR = "/usr/bin";

/** kubectl is for our steps and for people; both work on control plane hosts only. */
const BINARIES = { "control-plane": ["kubectl", "kubelet"], worker: ["kubelet"] } as const;

/** The Kubernetes programs of one host: fetched, or looked for where they are installed already. */
export function kubernetesBinaries({ cluster, node }: NodeContext): Component {
  const names = BINARIES[node.role];
  const isFetched = cluster.binaries.source === "mirror";
  return {
    name: "kubernetes-binaries",
    scope: "host",
    files: [],
    save: names.map((name) =>
      isFetched ? fetch(cluster, name) : { action: "check-command", args: [name, name] },
    ),
    run: [],
    clean: [],
  };
}

/** `@ARCH@` is the host's, known only there. */
function fetch({ binaries, kubernetesVersion }: Cluster, name: string): HostAction {
  const url = `${binaries.mirror}/release/v${kubernetesVersion}/bin/linux/@ARCH@/${name}`;
  return {
    action: "fetch-binary",
    args: [url, binaries.sha256[name] ?? "-", `${BIN_DIR}/${name}`],
  };
}
