/** Host paths that control plane pods mount. */
import { byKey } from "../model/sort";
import type { HostPathMount } from "../model/types";

/** A directory under the same path in the container, read-only; made when it is missing. */
export function directory(name: string, path: string): HostPathMount {
  return { name, hostPath: path, mountPath: path, readOnly: true, pathType: "DirectoryOrCreate" };
}

/** A file under the same path in the container, read-only; made when it is missing. */
export function file(name: string, path: string): HostPathMount {
  return { ...directory(name, path), pathType: "FileOrCreate" };
}

/**
 * Where a host keeps the CA certificates of the public web. kubeadm mounts beside `/etc/ssl/certs` those of five
 * directories that exist on the host; this library renders away from the host and takes the three that Debian and
 * Ubuntu have (they are made, empty, where missing). Others are given as `extraVolumes`.
 */
export const CA_DIRECTORIES: readonly HostPathMount[] = [
  directory("ca-certs", "/etc/ssl/certs"),
  directory("etc-ca-certificates", "/etc/ca-certificates"),
  directory("usr-local-share-ca-certificates", "/usr/local/share/ca-certificates"),
  directory("usr-share-ca-certificates", "/usr/share/ca-certificates"),
];

/** Default volumes and those of the user; one of the same name replaces the default. Sorted by name. */
export function mergeVolumes(
  defaults: readonly HostPathMount[],
  extra: readonly HostPathMount[],
): HostPathMount[] {
  const named = [...defaults, ...extra].map((volume): [string, HostPathMount] => [
    volume.name,
    volume,
  ]);
  return byKey(Object.fromEntries(named)).map(([, volume]) => volume);
}
