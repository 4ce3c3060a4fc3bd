/**
 * The image store of preloaded hosts: every image of the lab, pulled once by a containerd of its
 * own, then given to each host as hard links.
 */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command";
import { docker, tryDocker } from "./docker";
import { machineArgs } from "./hosts";
import type { Progress } from "./progress";
import { IMAGES, REGISTRY } from "./table";
import { waitUntil } from "./wait";

const CONTAINER = "cdktf-kubeadm-store";

const mountpoint = (volume: string): Promise<string> =>
  docker(["volume", "inspect", "--format", "{{.Mountpoint}}", volume]);

/** Makes the store unless it is there. Returns its folder, the model of `/var/lib/containerd`. */
export async function ensureStore(progress: Progress, preloadedImage: string): Promise<string> {
  const volume = `${CONTAINER}-${preloadedImage.split(":")[1]}`;
  // Creating a volume that exists does nothing.
  await docker(["volume", "create", volume]);
  const root = await mountpoint(volume);
  const complete = join(root, "complete");
  if (existsSync(complete)) return complete;
  await progress.task("filling the image store of preloaded hosts", async () => {
    const partial = join(root, "partial");
    await rm(partial, { recursive: true, force: true });
    await tryDocker(["rm", "--force", CONTAINER]);
    await docker([
      ...["run", "--detach", "--name", CONTAINER, ...machineArgs()],
      ...["--volume", `${volume}:/store`, "--entrypoint", "containerd"],
      ...[preloadedImage, "--root", "/store/partial"],
    ]);
    try {
      await pullImages();
    } finally {
      await docker(["stop", CONTAINER]);
      await docker(["rm", "--force", CONTAINER]);
    }
    await rename(partial, complete);
  });
  return complete;
}

/** Pulls every image and names it as the lab's registry and as the official one would. */
async function pullImages(): Promise<void> {
  const ctr = (...args: string[]): string[] => ["exec", CONTAINER, "ctr", "-n", "k8s.io", ...args];
  await waitUntil(
    "containerd to answer",
    20,
    async () => (await tryDocker(ctr("version"))).code === 0,
  );
  await Promise.all(Object.values(IMAGES).map((image) => pullImage(ctr, image)));
}

async function pullImage(ctr: (...args: string[]) => string[], image: string): Promise<void> {
  const names = [`${REGISTRY}/${image}`, `registry.k8s.io/${image}`] as const;
  await docker(ctr("images", "pull", "--plain-http", names[0]));
  await docker(ctr("images", "tag", ...names));
  if (image !== IMAGES.pause) return;
  // The kubelet never removes an image that is pinned.
  for (const name of names) {
    await docker(ctr("images", "label", name, "io.cri-containerd.pinned=pinned"));
  }
}

/**
 * Gives a host a store without a copy: blobs and unpacked layers never change in place, so they are
 * hard links. Databases do change: they are copied.
 */
export async function linkStore(store: string, hostVolume: string): Promise<void> {
  const target = join(await mountpoint(hostVolume), "containerd");
  await run("sh", [join(__dirname, "link-store.sh"), store, target]);
}
