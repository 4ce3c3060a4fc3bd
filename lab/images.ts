/** The images of the lab: copied from where they are published, or made here, into the registry. */
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installPackages } from "./apt";
import { cached, recipeKey } from "./cached";
import { run } from "./command";
import { type DebianRecipe, debianTar } from "./host-image";
import {
  type Descriptor,
  describeImage,
  digestOf,
  LAYER_TYPE,
  MANIFEST_TYPE,
} from "./image-layout";
import { inCache, SOURCE_DIR } from "./paths";
import type { Programs } from "./programs";
import type { Progress } from "./progress";
import { copyImage, type ImageLocation, pushBlob, pushManifest } from "./registry-client";
import { IMAGES, REGISTRY } from "./table";

/** What is in an image beside the Debian files of its base. */
interface ImageRecipe {
  readonly image: string;
  /** Programs of the cache; the first one is the entrypoint. */
  readonly programs: readonly string[];
  /** Folder of the programs in the image. */
  readonly dir: string;
  readonly base?: DebianRecipe;
}

const PROXY_BASE: DebianRecipe = {
  name: "kube-proxy",
  variant: "essential",
  packages: ["iptables", "nftables", "conntrack", "kmod"],
  options: [
    ...["doc", "man", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
    "--skip=output/dev",
  ],
};

const BIN = "/usr/local/bin";

const RECIPES: readonly ImageRecipe[] = [
  { image: IMAGES.apiServer, programs: ["kube-apiserver"], dir: BIN },
  { image: IMAGES.controllerManager, programs: ["kube-controller-manager"], dir: BIN },
  { image: IMAGES.scheduler, programs: ["kube-scheduler"], dir: BIN },
  { image: IMAGES.proxy, programs: ["kube-proxy"], dir: BIN, base: PROXY_BASE },
  { image: IMAGES.etcd, programs: ["etcd", "etcdctl", "etcdutl"], dir: BIN },
  // Manifests give these two arguments only, so the place of the program is part of the contract.
  { image: IMAGES.coreDns, programs: ["coredns"], dir: "/" },
  { image: IMAGES.pause, programs: ["pause"], dir: "/" },
];

const split = (image: string): { name: string; tag: string } => {
  const [name = "", tag = ""] = image.split(":");
  return { name, tag };
};

const ours = (name: string): ImageLocation => ({ url: `http://${REGISTRY}`, name });

/** Fills the registry, which must be running. What was pushed once is not looked at again. */
export async function ensureImages(progress: Progress, programs: Programs): Promise<void> {
  const key = recipeKey([RECIPES, programs]);
  await cached(inCache("registry", `filled-${key}`), async (marker) => {
    for (const [index, recipe] of RECIPES.entries()) {
      const position = `(${index + 1} of ${RECIPES.length})`;
      if (programs.source === "official") {
        const { name, tag } = split(recipe.image);
        await progress.task(`copying image ${recipe.image} ${position}`, () =>
          copyImage({ url: "https://registry.k8s.io", name }, ours(name), tag),
        );
      } else {
        const base = recipe.base && (await debianTar(progress, recipe.base));
        await progress.task(`making image ${recipe.image} ${position}`, () =>
          makeImage(recipe, programs, base),
        );
      }
    }
    await writeFile(marker, "");
  });
}

async function makeImage(
  recipe: ImageRecipe,
  programs: Programs,
  base: string | undefined,
): Promise<void> {
  const { name, tag } = split(recipe.image);
  const work = inCache("registry", `work-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const own = await makeLayer(recipe, programs, work);
    const files = base === undefined ? [own] : [base, own];
    const layers: Descriptor[] = [];
    for (const file of files) {
      const layer = await describeLayer(file);
      await pushBlob(ours(name), layer.digest, layer.size, { file });
      layers.push(layer);
    }
    const documents = describeImage(layers, join(recipe.dir, recipe.programs[0] ?? ""));
    const config = Buffer.from(documents.config);
    await pushBlob(ours(name), digestOf(config), config.length, config);
    await pushManifest(ours(name), tag, documents.manifest, MANIFEST_TYPE);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Packs the programs of an image, and the folders that every container wants, into a tar. */
async function makeLayer(recipe: ImageRecipe, programs: Programs, work: string): Promise<string> {
  const root = join(work, "root");
  for (const dir of ["etc", "tmp", "var/run", recipe.dir]) {
    await mkdir(join(root, dir), { recursive: true });
  }
  for (const name of recipe.programs) {
    const path = name === "pause" ? await ensurePause() : programs.paths[name];
    if (path === undefined) throw new Error(`${name}: not among the programs of the lab`);
    await copyFile(path, join(root, recipe.dir, name));
  }
  const layer = join(work, "layer.tar");
  await run("chmod", ["1777", join(root, "tmp")]);
  // Over a base, a folder of the layer would replace a link of that name.
  const parts = recipe.base === undefined ? ["."] : [`.${recipe.dir}`];
  const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await run("tar", ["-C", root, ...fixed, "-cf", layer, ...parts]);
  return layer;
}

async function describeLayer(file: string): Promise<Descriptor> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const digest = `sha256:${hash.digest("hex")}`;
  return { mediaType: LAYER_TYPE, digest, size: statSync(file).size };
}

/** Compiles the sandbox program of pods. */
async function ensurePause(): Promise<string> {
  const source = join(SOURCE_DIR, "pause", "pause.c");
  const key = digestOf(await run("cat", [source])).slice(7, 19);
  return cached(inCache("bin", `pause-${key}`, "pause"), async (output) => {
    await installPackages(["gcc", "libc6-dev"]);
    await mkdir(dirname(output), { recursive: true });
    await run("gcc", ["-Os", "-static", "-s", "-o", output, source]);
  });
}
