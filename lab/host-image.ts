/** The image of a host: a Debian machine as a provider would give it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { copyFile, cp, link, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { installPackages } from "./apt";
import { cached, recipeKey } from "./cached";
import { run } from "./command";
import { docker, tryDocker } from "./docker";
import { inCache, inLab, SOURCE_DIR } from "./paths";
import type { Programs } from "./programs";
import type { Progress } from "./progress";
import { DEBIAN_SUITE, HOST_PROGRAMS, KUBERNETES_VERSION } from "./table";

/** What is on a host before this library comes. */
const HOST_PACKAGES = [
  ...["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo"],
  ...["containerd", "runc", "containernetworking-plugins"],
  ...["iptables", "nftables", "conntrack", "ethtool", "socat", "kmod"],
  ...["curl", "ca-certificates", "iproute2", "procps", "util-linux", "mount"],
];

/** How to make a Debian root file system. */
export interface DebianRecipe {
  /** Name in the cache and in progress lines. */
  readonly name: string;
  readonly variant: "minbase" | "essential";
  readonly packages: readonly string[];
  /** Further arguments of mmdebstrap. */
  readonly options: readonly string[];
}

const HOST_RECIPE: DebianRecipe = {
  name: "host",
  variant: "minbase",
  packages: HOST_PACKAGES,
  options: [],
};

/** Makes a Debian root file system unless it is in the cache. Returns the path of its tar. */
export function debianTar(progress: Progress, recipe: DebianRecipe): Promise<string> {
  const key = recipeKey([recipe, DEBIAN_SUITE]);
  return cached(inCache("debian", `${recipe.name}-${DEBIAN_SUITE}-${key}.tar`), (path) =>
    progress.task(`making the Debian root file system of ${recipe.name}`, async () => {
      await installPackages(["mmdebstrap"]);
      // The format follows from the name otherwise, and the name is a temporary one.
      await run("mmdebstrap", [
        ...[`--variant=${recipe.variant}`, "--format=tar", "--quiet"],
        '--aptopt=Acquire::Check-Valid-Until "false"',
        `--include=${recipe.packages.join(",")}`,
        ...recipe.options,
        ...[DEBIAN_SUITE, path],
      ]);
    }),
  );
}

/** Every file below a folder with its content and mode, as far as the image depends on it. */
function contentOf(dir: string): unknown[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => statSync(join(dir, name)).isFile())
    .map((name) => [name, readFileSync(join(dir, name), "utf8")]);
}

const isImage = async (tag: string): Promise<boolean> =>
  (await tryDocker(["image", "inspect", tag])).code === 0;

/** Makes the image of a plain host unless it is there. Returns its tag. */
export async function ensureHostImage(progress: Progress): Promise<string> {
  const dockerfile = readFileSync(join(SOURCE_DIR, "Dockerfile"), "utf8");
  const key = recipeKey([HOST_RECIPE, dockerfile, contentOf(join(SOURCE_DIR, "rootfs"))]);
  const tag = `cdktf-kubeadm-lab:${key}`;
  if (await isImage(tag)) return tag;
  const tar = await debianTar(progress, HOST_RECIPE);
  await progress.task("making the image of a host", async () => {
    const base = `cdktf-kubeadm-lab-base:${recipeKey(HOST_RECIPE)}`;
    if (!(await isImage(base))) await docker(["import", tar, base]);
    await withContext(async (context) => {
      await copyFile(join(SOURCE_DIR, "Dockerfile"), join(context, "Dockerfile"));
      await cp(join(SOURCE_DIR, "rootfs"), join(context, "rootfs"), { recursive: true });
      await buildImage(context, tag, base);
    });
  });
  return tag;
}

/** Makes the image of a host that has kubelet, kubeadm and kubectl already. Returns its tag. */
export async function ensurePreloadedImage(
  progress: Progress,
  hostImage: string,
  programs: Programs,
): Promise<string> {
  const tag = `${hostImage}-${programs.source}-${KUBERNETES_VERSION}`;
  if (await isImage(tag)) return tag;
  await progress.task("making the image of a preloaded host", () =>
    withContext(async (context) => {
      for (const name of HOST_PROGRAMS) {
        const path = programs.paths[name];
        if (path === undefined || !existsSync(path)) throw new Error(`${name}: not in the cache`);
        await link(path, join(context, name));
      }
      const dockerfile = join(SOURCE_DIR, "preloaded.Dockerfile");
      await copyFile(dockerfile, join(context, "Dockerfile"));
      await buildImage(context, tag, hostImage);
    }),
  );
  return tag;
}

async function withContext(work: (context: string) => Promise<void>): Promise<void> {
  const context = inLab(`context-${process.pid}`);
  await mkdir(context, { recursive: true });
  try {
    await work(context);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

const buildImage = (context: string, tag: string, base: string): Promise<string> =>
  docker(["build", "--quiet", "--build-arg", `BASE=${base}`, "--tag", tag, context]);
