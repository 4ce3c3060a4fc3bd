/**
 * Disposable hosts on this machine, for the quickstart, the end-to-end tests and measurements.
 * Call `prepare` first; everything else is quick after it.
 */
import { mkdir, rm } from "node:fs/promises";
import { type CommandResult, tryRun } from "./command";
import { docker, isEngineUp } from "./docker";
import { ensureEngine, stopEngine } from "./engine";
import { ensureHostImage, ensurePreloadedImage } from "./host-image";
import {
  containerOf,
  destroyHost,
  type HostOptions,
  kindOfHost,
  listHosts,
  startHost,
  waitForHost,
} from "./hosts";
import { ensureImages } from "./images";
import { type InventoryHost, inventoryFile, readInventory, writeInventory } from "./inventory";
import { ensureKeys, knownHostsFile, sshKeyFile } from "./keys";
import { withLock } from "./lock";
import { ensureMirror, stopMirror } from "./mirror";
import { ensureNetwork, removeNetwork } from "./network";
import { inLab } from "./paths";
import { ensurePrograms, type Programs } from "./programs";
import { type Log, Progress } from "./progress";
import { ensureRegistry, stopRegistry } from "./registry";
import { ensureStore } from "./store";
import { addressOf, type HostName, isHostName, MIRROR_URL, REGISTRY } from "./table";
import { terraformEnv as findTerraformEnv, type TerraformEnv } from "./terraform";

export type { CommandResult } from "./command";
export type { HostOptions } from "./hosts";
export { type Inventory, type InventoryHost, inventoryFile } from "./inventory";
export { sshKeyFile } from "./keys";
export type { Log } from "./progress";
export { type HostName, IMAGES, KUBERNETES_VERSION } from "./table";
export type { TerraformEnv } from "./terraform";

/** In place of `https://dl.k8s.io`, with the same paths below it. */
export const mirrorUrl = MIRROR_URL;

/** In place of `registry.k8s.io`, plain HTTP. Shape: `host:port` */
export const registry = REGISTRY;

interface Prepared {
  readonly progress: Progress;
  readonly hostImage: string;
  readonly programs: Programs;
}

let prepared: Promise<Prepared> | undefined;

/**
 * Sets everything up but the hosts: Docker, network and fence, Kubernetes programs and images,
 * mirror, registry, SSH keys. The first time takes minutes, most of it compiling; afterwards it
 * takes about a second.
 */
export async function prepare(log: Log): Promise<void> {
  prepared ??= withLock(log, () => prepareAll(new Progress(log)));
  try {
    await prepared;
  } catch (error) {
    prepared = undefined;
    throw error;
  }
}

async function prepareAll(progress: Progress): Promise<Prepared> {
  await mkdir(inLab(), { recursive: true });
  await ensureEngine(progress);
  const [programs, hostImage] = await Promise.all([
    ensurePrograms(progress),
    ensureHostImage(progress),
    ensureKeys(),
    ensureNetwork(),
  ]);
  await Promise.all([
    ensureMirror(programs),
    ensureRegistry(progress).then(() => ensureImages(progress, programs)),
    findTerraformEnv(progress),
    writeInventory(),
  ]);
  return { progress, hostImage, programs };
}

async function ready(): Promise<Prepared> {
  if (prepared === undefined) throw new Error("the lab is not prepared; call prepare() first");
  return prepared;
}

/**
 * Makes a host, or leaves it alone if it exists; one that is stopped is started. Tells whether the
 * host is a new one.
 *
 * @throws Error if it exists but was made with other options
 */
export async function createHost(name: HostName, options: HostOptions = {}): Promise<boolean> {
  const { progress, hostImage, programs } = await ready();
  const kind = options.preloaded === true ? "preloaded" : "plain";
  const existing = await kindOfHost(name);
  if (existing === undefined) {
    if (options.preloaded === true) {
      const { image, store } = await preloading(progress, hostImage, programs);
      await startHost(name, image, kind, store);
    } else {
      await startHost(name, hostImage, kind);
    }
  } else if (existing !== kind) {
    throw new Error(`${name}: exists as a ${existing} host, not ${kind}; remove it first`);
  } else {
    await docker(["start", containerOf(name)]);
    await waitForHost(name);
  }
  await writeInventory();
  return existing === undefined;
}

let preloaded: Promise<{ image: string; store: string }> | undefined;

/** What preloaded hosts need more; made once, however many are created side by side. */
function preloading(
  progress: Progress,
  hostImage: string,
  programs: Programs,
): Promise<{ image: string; store: string }> {
  preloaded ??= (async () => {
    const image = await ensurePreloadedImage(progress, hostImage, programs);
    return { image, store: await ensureStore(progress, image) };
  })();
  return preloaded;
}

/** Removes a host and its disk, as if the machine were gone. One that does not exist is fine. */
export async function removeHost(name: HostName): Promise<void> {
  await destroyHost(name);
  await writeInventory();
}

/** Reboots a host: systemd stops and starts again, files stay but those in `/run` and `/tmp`. */
export async function restartHost(name: HostName): Promise<void> {
  await docker(["restart", "--time", "30", containerOf(name)]);
  await waitForHost(name);
}

/** Hosts that exist, with what is needed to reach them. */
export const inventory = (): Readonly<Record<string, InventoryHost>> => readInventory().hosts;

/** How to run a command on a host. */
export interface SshOptions {
  /** `admin` may use sudo without a password. @default "root" */
  readonly user?: "root" | "admin";
  /** Text for the command's standard input. @default - none */
  readonly input?: string;
}

/** Runs a shell command on a host over SSH. Never fails: the caller looks at the code. */
export function ssh(
  name: HostName,
  command: string,
  options: SshOptions = {},
): Promise<CommandResult> {
  const { user = "root", input } = options;
  const settings = [
    "BatchMode=yes",
    "ConnectTimeout=5",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHostsFile()}`,
  ].flatMap((setting) => ["-o", setting]);
  const target = `${user}@${addressOf(name)}`;
  return tryRun("ssh", ["-F", "none", "-i", sshKeyFile(), ...settings, target, command], { input });
}

/**
 * Environment for Terraform and `cdktf`; undefined where the Terraform registry can be reached. With
 * it, `cdktf deploy` needs `--skip-provider-lock` too.
 */
export async function terraformEnv(): Promise<TerraformEnv | undefined> {
  return findTerraformEnv((await ready()).progress);
}

/** Path of kubectl on this machine. */
export async function kubectlPath(): Promise<string> {
  return (await ready()).programs.paths.kubectl ?? "kubectl";
}

/**
 * Takes the lab down: hosts, network, mirror, registry, and Docker if the lab has started it. What
 * was built stays in the cache, and so do the SSH keys.
 */
export async function down(log: Log): Promise<void> {
  await withLock(log, async () => {
    if (await isEngineUp()) {
      for (const name of (await listHosts()).filter(isHostName)) {
        log(`removing ${name}`);
        await destroyHost(name);
      }
      await removeNetwork();
    }
    await stopMirror();
    await stopRegistry();
    await stopEngine();
    await rm(inventoryFile(), { force: true });
  });
  prepared = undefined;
  preloaded = undefined;
}
