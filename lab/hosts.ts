/** Hosts: containers that behave like machines. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ownCapabilities } from "./capabilities";
import { type CommandResult, run } from "./command";
import { docker, dockerEnvironment, tryDocker } from "./docker";
import { hostSshDir } from "./keys";
import { SOURCE_DIR } from "./paths";
import { linkStore } from "./store";
import { address6Of, addressOf, type HostName, NETWORK } from "./table";
import { waitUntil } from "./wait";

const LABEL = "cdktf-kubeadm.lab";

/** How a host is made. */
export interface HostOptions {
  /**
   * The host has kubelet, kubeadm and kubectl in `/usr/bin` and every image of the lab in its store,
   * for measurements and fast tests.
   *
   * @default false - Debian with containerd, and nothing of Kubernetes
   */
  readonly preloaded?: boolean;
}

/** Docker container of a host. The names of containers are shared with everything on the machine. */
export const containerOf = (name: HostName): string => `cdktf-kubeadm-${name}`;

/** Docker volume with `/var/lib` of a host. Image stores and etcd cannot lie on an overlay. */
export const volumeOf = (name: HostName): string => `${containerOf(name)}-var-lib`;

/** Text that tells whether a machine has the first version of control groups. */
const isCgroupV1 = (): boolean => !existsSync("/sys/fs/cgroup/cgroup.controllers");

/** Makes systemd take the first version of control groups where the machine has that. */
const CGROUP_V1_ARGS = [
  "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1",
  "systemd.unified_cgroup_hierarchy=0",
];

/** Arguments of `docker run` for a container on the lab's network that may do what root may. */
export function machineArgs(): string[] {
  return [
    ...["--network", NETWORK.name],
    ...ownCapabilities().flatMap((capability) => ["--cap-add", capability]),
    ...["seccomp", "apparmor", "systempaths"].flatMap((kind) => [
      "--security-opt",
      `${kind}=unconfined`,
    ]),
    ...["--cgroupns", "private", "--device-cgroup-rule", "a *:* rwm"],
    ...["--tmpfs", "/run:exec", "--tmpfs", "/tmp:exec", "--tmpfs", "/run/lock"],
  ];
}

function createArgs(name: HostName, image: string, kind: string): string[] {
  const v1 = isCgroupV1();
  return [
    ...["create", "--name", containerOf(name), "--hostname", name, "--label", `${LABEL}=${kind}`],
    ...["--ip", addressOf(name), "--ip6", address6Of(name), ...machineArgs()],
    ...["--add-host", `api.lab:${addressOf("cp-1")}`],
    ...["--volume", `${volumeOf(name)}:/var/lib`, "--env", "container=docker"],
    ...(v1 ? ["--env", "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"] : []),
    image,
    ...(v1 ? CGROUP_V1_ARGS : []),
  ];
}

/**
 * How an existing host was made; undefined if there is none. One that was never started, because its
 * making was cut off, is removed. Shape: `plain` or `preloaded`
 */
export async function kindOfHost(name: HostName): Promise<string | undefined> {
  const format = `{{.State.Status}} {{index .Config.Labels "${LABEL}"}}`;
  const result = await tryDocker(["container", "inspect", "--format", format, containerOf(name)]);
  if (result.code !== 0) return undefined;
  const [status, kind] = result.stdout.trim().split(" ");
  if (status !== "created") return kind;
  await destroyHost(name);
  return undefined;
}

/** Names of all hosts that exist. */
export async function listHosts(): Promise<string[]> {
  const filter = ["--filter", `label=${LABEL}`];
  const out = await docker(["ps", "--all", ...filter, "--format", "{{.Names}}"]);
  return out
    .split("\n")
    .filter(Boolean)
    .map((name) => name.replace("cdktf-kubeadm-", ""))
    .sort();
}

/** Makes a host and starts it. `store` is a folder that becomes its `/var/lib/containerd`. */
export async function startHost(
  name: HostName,
  image: string,
  kind: string,
  store?: string,
): Promise<void> {
  await docker(createArgs(name, image, kind));
  // As files of root, whoever owns them here.
  const args = [join(SOURCE_DIR, "copy-in.sh"), hostSshDir(name), "/etc/ssh", containerOf(name)];
  await run("sh", args, { env: dockerEnvironment() });
  if (store !== undefined) await linkStore(store, volumeOf(name));
  await docker(["start", containerOf(name)]);
  await waitForHost(name);
}

/** Waits until a host that was started takes logins and its container runtime runs. */
export async function waitForHost(name: HostName): Promise<void> {
  const systemctl = (...args: string[]): Promise<CommandResult> =>
    tryDocker(["exec", containerOf(name), "systemctl", ...args]);
  const isUp = async (unit: string): Promise<boolean> =>
    (await systemctl("is-active", unit)).code === 0;
  await waitUntil(
    `host ${name} to be up`,
    60,
    async () => (await isUp("ssh")) && (await isUp("containerd")),
    async () => (await systemctl("--failed", "--no-pager")).stdout,
  );
}

/** Removes a host with its disk. One that does not exist is fine. */
export async function destroyHost(name: HostName): Promise<void> {
  await tryDocker(["rm", "--force", "--volumes", containerOf(name)]);
  await tryDocker(["volume", "rm", "--force", volumeOf(name)]);
}
