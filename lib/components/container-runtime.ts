/** containerd's configuration and the images that a host needs. */
import { stringify } from "smol-toml";
import type { Component, HostFile } from "../component";
import { byKey } from "../model/sort";
import type { Cluster, Images, NodeContext } from "../model/types";
import { isPlain, mergeDeep } from "./merge";

const CONFIG = "/etc/containerd/config.toml";
const REGISTRIES = "/etc/containerd/certs.d";
const CRI = "io.containerd.grpc.v1.cri";

/** In the order of `kubeadm config images list`. */
const IMAGES: Readonly<Record<"control-plane" | "worker", readonly (keyof Images)[]>> = {
  "control-plane": [
    "kubeApiServer",
    "kubeControllerManager",
    "kubeScheduler",
    "kubeProxy",
    "coreDns",
    "pause",
    "etcd",
  ],
  worker: ["kubeProxy", "coreDns", "pause"],
};

/** containerd on one host. */
export function containerRuntime({ cluster, node }: NodeContext): Component {
  const images = IMAGES[node.role].filter(
    (name) => name !== "etcd" || cluster.etcd.kind === "local",
  );
  return {
    name: "container-runtime",
    scope: "host",
    files: [
      ...byKey(cluster.containerRuntime.registryMirrors).map(([registry, mirrors]) =>
        hostsFile(registry, mirrors),
      ),
      { path: CONFIG, mode: 0o644, content: toToml(sorted(containerdConfig(cluster))) },
    ],
    save: images.map((name) => ({ action: "pull-image", args: [cluster.images[name]] })),
    run: [{ action: "service", args: ["containerd.service"] }],
    clean: [],
  };
}

/**
 * containerd's configuration in tables of version 2, which containerd 1.6 to 2.x read: cgroups by systemd as the
 * kubelet's, the pause image of this Kubernetes version, mirrors by registry. The user's tables are laid over it.
 */
function containerdConfig({
  images,
  containerRuntime: { config },
}: Cluster): Record<string, unknown> {
  const ours = {
    version: 2,
    plugins: {
      [CRI]: {
        sandbox_image: images.pause,
        cni: { bin_dir: "/opt/cni/bin", conf_dir: "/etc/cni/net.d" },
        registry: { config_path: REGISTRIES },
        containerd: {
          runtimes: {
            runc: { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: true } },
          },
        },
      },
    },
  };
  return mergeDeep(ours, config);
}

/** Mirrors in the given order. The first is the server too: a miss must not go out to the registry itself. */
function hostsFile(registry: string, mirrors: readonly string[]): HostFile {
  const host = mirrors.map((mirror) => [mirror, { capabilities: ["pull", "resolve"] }]);
  return {
    path: `${REGISTRIES}/${registry}/hosts.toml`,
    mode: 0o644,
    content: toToml({ server: mirrors[0], host: Object.fromEntries(host) }),
  };
}

function toToml(value: unknown): string {
  const text = stringify(value);
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Keys by name, values before tables: the order of the user's objects must not show. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlain(value)) return value;
  const entries = byKey(value).map(([key, item]): [string, unknown] => [key, sorted(item)]);
  const isTable = ([, item]: [string, unknown]): boolean => isPlain(item);
  return Object.fromEntries([...entries.filter((e) => !isTable(e)), ...entries.filter(isTable)]);
}
