/**
 * Builds programs from Go modules. Kubernetes and etcd replace modules of theirs by folders, which
 * `go install` refuses, so each is required by a small module of our own.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasProgram } from "./apt";
import { cached, recipeKey } from "./cached";
import { run } from "./command";
import { inCache, SOURCE_DIR } from "./paths";
import type { Progress } from "./progress";
import { COREDNS_VERSION, ETCD_VERSION, KUBERNETES_PROGRAMS, KUBERNETES_VERSION } from "./table";

const GO_ENV = { CGO_ENABLED: "0", GOFLAGS: "-mod=mod -buildvcs=false" };

/** A set of programs that one module builds. */
interface GoRecipe {
  /** Name of the folder in the cache, version included. */
  readonly name: string;
  readonly version: string;
  /** Program → Go package. */
  readonly programs: Readonly<Record<string, string>>;
  readonly ldflags: string;
  /** Text of our own source, where there is any. */
  readonly source?: string;
  /** Writes `go.mod` and sources into a folder. */
  readonly writeModule: (dir: string) => Promise<void>;
}

/** One program to build. */
export interface GoProgram {
  readonly name: string;
  readonly version: string;
  /** Where it is, or will be. */
  readonly path: string;
  /** Builds it unless it is there. */
  readonly build: (progress: Progress, position: string) => Promise<void>;
}

const importsOnly = (packages: readonly string[]): string =>
  `//go:build tools\n\npackage tools\n\nimport (\n${packages.map((name) => `\t_ "${name}"\n`).join("")})\n`;

/** Programs of one Kubernetes release. */
function kubernetesRecipe(version: string, names: readonly string[]): GoRecipe {
  const programs = Object.fromEntries(names.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`]));
  return {
    name: `kubernetes-${version}`,
    version: `v${version}`,
    programs,
    ldflags: kubernetesLdflags(version),
    writeModule: (dir) => writeKubernetesModule(dir, version, Object.values(programs)),
  };
}

const KUBERNETES = kubernetesRecipe(KUBERNETES_VERSION, KUBERNETES_PROGRAMS);

const ETCD: GoRecipe = {
  name: `etcd-${ETCD_VERSION}`,
  version: `v${ETCD_VERSION}`,
  programs: {
    etcd: "go.etcd.io/etcd/server/v3",
    etcdctl: "go.etcd.io/etcd/etcdctl/v3",
    etcdutl: "go.etcd.io/etcd/etcdutl/v3",
  },
  ldflags: "-s -w",
  writeModule: async (dir) => {
    const packages = Object.values(ETCD.programs);
    const requires = packages.map((name) => `require ${name} v${ETCD_VERSION}\n`).join("");
    await writeFile(join(dir, "go.mod"), `module lab\n\ngo 1.24.0\n\n${requires}`);
    await writeFile(join(dir, "tools.go"), importsOnly(packages));
  },
};

const COREDNS: GoRecipe = {
  name: `coredns-${COREDNS_VERSION}`,
  version: `v${COREDNS_VERSION}`,
  programs: { coredns: "." },
  ldflags: "-s -w",
  source: readFileSync(join(SOURCE_DIR, "coredns", "main.go"), "utf8"),
  writeModule: async (dir) => {
    const requires = `require github.com/coredns/coredns v${COREDNS_VERSION}\n`;
    await writeFile(join(dir, "go.mod"), `module lab\n\ngo 1.24.0\n\n${requires}`);
    await writeFile(join(dir, "main.go"), COREDNS.source ?? "");
  },
};

/** Without these flags the programs call themselves v0.0.0 and kubeadm refuses them. */
function kubernetesLdflags(version: string): string {
  const [major, minor] = version.split(".");
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: "unknown",
    buildDate: "2026-01-01T00:00:00Z",
  };
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  const settings = packages.flatMap((name) =>
    Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`),
  );
  return ["-s", "-w", ...settings].join(" ");
}

/**
 * Go module that requires Kubernetes from outside of its repository: each of its staging modules of
 * release `1.X.Y` is published as `v0.X.Y`.
 */
export function kubernetesModule(upstreamGoMod: string, version: string): string {
  const staging = version.replace(/^1\./, "v0.");
  const kept = upstreamGoMod.match(/^(go |godebug ).*$/gm) ?? [];
  const names = [...upstreamGoMod.matchAll(/^\s+(k8s\.io\/[a-z-]+) => \.\/staging/gm)];
  return [
    "module lab",
    ...kept,
    `require k8s.io/kubernetes v${version}`,
    ...names.map((match) => `replace ${match[1]} => ${match[1]} ${staging}`),
    "",
  ].join("\n");
}

async function writeKubernetesModule(
  dir: string,
  version: string,
  packages: readonly string[],
): Promise<void> {
  const module = `k8s.io/kubernetes@v${version}`;
  const json = await run("go", ["mod", "download", "-json", module], { cwd: "/", env: GO_ENV });
  const goMod: unknown = JSON.parse(json).GoMod;
  const upstream = await readFile(String(goMod), "utf8");
  await writeFile(join(dir, "go.mod"), kubernetesModule(upstream, version));
  await writeFile(join(dir, "tools.go"), importsOnly(packages));
}

/** Programs of a recipe, each a file of the cache. */
function programsOf(recipe: GoRecipe): GoProgram[] {
  const key = recipeKey([recipe.version, recipe.programs, recipe.ldflags, recipe.source]);
  const module = inCache("go", `${recipe.name}-${key}`);
  return Object.entries(recipe.programs).map(([name, goPackage]) => {
    const path = inCache("bin", `${recipe.name}-${key}`, name);
    const compile = (output: string): Promise<string> =>
      run("go", ["build", "-trimpath", "-ldflags", recipe.ldflags, "-o", output, goPackage], {
        cwd: module,
        env: GO_ENV,
      });
    return {
      name,
      version: recipe.version,
      path,
      build: async (progress, position) => {
        await cached(module, (dir) =>
          progress.task(`fetching Go modules of ${recipe.name}`, () => prepare(recipe, dir)),
        );
        const title = `building ${name} ${recipe.version} (${position})`;
        await cached(path, (output) => progress.task(title, () => compile(output)));
      },
    };
  });
}

async function prepare(recipe: GoRecipe, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await recipe.writeModule(dir);
  await run("go", ["mod", "tidy"], { cwd: dir, env: GO_ENV });
}

/** Every program that is built from Go modules, in the order in which they are built. */
export const goPrograms = (): GoProgram[] => [KUBERNETES, ETCD, COREDNS].flatMap(programsOf);

/**
 * A kubeadm of any release, built once.
 *
 * The lab's own release has it among all programs; of another release nothing but kubeadm is built.
 *
 * Shape of `version`: without the leading "v". Shape of the result: path of the program.
 */
export async function ensureKubeadm(version: string, progress: Progress): Promise<string> {
  const recipe =
    version === KUBERNETES_VERSION ? KUBERNETES : kubernetesRecipe(version, ["kubeadm"]);
  const program = programsOf(recipe).find(({ name }) => name === "kubeadm");
  if (program === undefined) throw new Error(`no recipe for kubeadm ${version}`);
  if (!existsSync(program.path)) {
    await requireGo();
    await program.build(progress, "1 of 1");
  }
  return program.path;
}

/** @throws Error that says what to install, if there is no Go */
export async function requireGo(): Promise<void> {
  if (!(await hasProgram("go"))) {
    throw new Error(
      "the official Kubernetes downloads cannot be reached and there is no Go to build from modules; install Go 1.26 or newer, see https://go.dev/doc/install",
    );
  }
}
