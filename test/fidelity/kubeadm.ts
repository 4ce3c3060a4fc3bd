/** The real kubeadm in an empty root: what it writes and what it would send to the API. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadAll } from "js-yaml";
import { run } from "../../lab/command";
import { type Case, DEBIAN_CA_DIRECTORIES, firstHost } from "./case";
import { createdObjects, nodeMarks } from "./dry-run";
import { kubeadmConfig } from "./kubeadm-config";
import { modeText, type Raw, type RawFile } from "./raw";

/** A kubeadm of one release. */
export interface Kubeadm {
  /** Path of the program. */
  readonly program: string;
  readonly version: string;
}

/** Files that are on a host before kubeadm comes. Path → text. */
export type Seeds = Readonly<Record<string, string>>;

const DRY_RUN_DIR = "/dry-run";

/** Names of the files of a dry run that do not belong below the PKI directory. */
const PLACES: readonly [RegExp, string][] = [
  [/\.conf$/, "/etc/kubernetes"],
  [/^(config\.yaml|instance-config\.yaml|kubeadm-flags\.env)$/, "/var/lib/kubelet"],
  [/\.yaml$/, "/etc/kubernetes/manifests"],
];

/** Everything of one `kubeadm init --dry-run`: one process, so that all certificates have one moment of making. */
export async function dryRun(kubeadm: Kubeadm, example: Case, seeds: Seeds = {}): Promise<Raw> {
  return inRoot(kubeadm, example, seeds, async (root) => {
    const output = await root.kubeadm("init", "--dry-run", "--skip-phases=preflight");
    const images = await root.kubeadm("config", "images", "list");
    const pki = example.props.certificatesDir ?? "/etc/kubernetes/pki";
    const written = filesBelow(root.path(DRY_RUN_DIR)).map((name): [string, RawFile] => {
      const place = PLACES.find(([pattern]) => pattern.test(name))?.[1] ?? pki;
      return [`${place}/${name}`, readFile(root.path(DRY_RUN_DIR, name))];
    });
    const seeded = Object.keys(seeds).map((file): [string, RawFile] => [
      file,
      readFile(root.path(file)),
    ]);
    return {
      files: Object.fromEntries([...written, ...seeded]),
      directories: {},
      links: {},
      objects: createdObjects(output),
      node: nodeMarks(output),
      images: images.split("\n"),
    };
  });
}

/** Images of a release with kubeadm's defaults. */
export async function listImages({ program, version }: Kubeadm): Promise<string[]> {
  const flags = ["--kubernetes-version", `v${version}`];
  return (await run(program, ["config", "images", "list", ...flags])).split("\n");
}

/** Phases that write files, in the order of `init`. */
const PHASES = ["certs all", "kubeconfig all", "etcd local", "control-plane all", "kubelet-start"];

const ADDONS = { coreDns: "coredns", kubeProxy: "kube-proxy" } as const;

/** What the phases write when they are run for real, one by one, and the addons that they print. */
export async function phases(
  kubeadm: Kubeadm,
  example: Case,
  seeds: Seeds = {},
): Promise<Pick<Raw, "files" | "directories" | "objects">> {
  return inRoot(kubeadm, example, seeds, async (root) => {
    const isExternal = example.etcd !== undefined && "external" in example.etcd;
    for (const phase of PHASES.filter((name) => !isExternal || name !== "etcd local")) {
      await root.kubeadm("init", "phase", ...phase.split(" "));
    }
    const objects: object[] = [];
    for (const [addon, phase] of Object.entries(ADDONS)) {
      if (example.without?.includes(addon as keyof typeof ADDONS)) continue;
      const printed = await root.kubeadm("init", "phase", "addon", phase, "--print-manifest");
      objects.push(...(loadAll(printed) as (object | null)[]).filter((object) => object !== null));
    }
    const files = filesBelow(root.path("/")).filter((name) => name !== CONFIG.slice(1));
    const directories = directoriesBelow(root.path("/")).filter(
      (name) => !root.prepared.has(`/${name}`),
    );
    return {
      files: Object.fromEntries(files.map((name) => [`/${name}`, readFile(root.path(name))])),
      directories: Object.fromEntries(
        directories.map((name) => [`/${name}`, modeText(fs.statSync(root.path(name)).mode)]),
      ),
      objects,
    };
  });
}

const CONFIG = "/kubeadm.yaml";

interface Root {
  /** Directories that the host has before anything of Kubernetes comes to it. */
  readonly prepared: ReadonlySet<string>;
  path(...parts: string[]): string;
  /** Runs kubeadm in this root with the case's configuration; resolves to its standard output. */
  kubeadm(...words: string[]): Promise<string>;
}

async function inRoot<T>(
  { program, version }: Kubeadm,
  example: Case,
  seeds: Seeds,
  work: (root: Root) => Promise<T>,
): Promise<T> {
  const { hostname = firstHost(example).name, caDirectories, env = {} } = example.host ?? {};
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-fidelity-"));
  const prepared = new Set(
    ["/etc", "/tmp", "/var/lib", ...(caDirectories ?? DEBIAN_CA_DIRECTORIES)].flatMap(withParents),
  );
  const root: Root = {
    prepared,
    path: (...parts) => path.join(directory, ...parts),
    kubeadm: (...words) => {
      const command = [program, ...words, "--config", CONFIG, "--rootfs", directory];
      // Without a network: a dry run looks for what exists, and would wait for answers.
      const inOwnName = ["--uts", "--net", "sh", "-c", 'hostname "$0" && exec "$@"', hostname];
      const clean = Object.entries({ PATH: process.env.PATH ?? "", ...env });
      const pairs = [...clean, ["KUBEADM_INIT_DRYRUN_DIR", DRY_RUN_DIR]].map((pair) =>
        pair.join("="),
      );
      return run("env", ["-i", ...pairs, "unshare", ...inOwnName, ...command]);
    },
  };
  try {
    for (const name of prepared) fs.mkdirSync(root.path(name), { recursive: true });
    fs.writeFileSync(root.path(CONFIG), kubeadmConfig(example, version));
    for (const [file, text] of Object.entries(seeds)) {
      fs.mkdirSync(path.dirname(root.path(file)), { recursive: true });
      const mode = file.endsWith(".crt") ? 0o644 : 0o600;
      fs.writeFileSync(root.path(file), text, { mode });
    }
    return await work(root);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function withParents(directory: string): string[] {
  const parts = directory.split("/").slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function filesBelow(folder: string): string[] {
  return entriesBelow(folder, (entry) => entry.isFile());
}

function directoriesBelow(folder: string): string[] {
  return entriesBelow(folder, (entry) => entry.isDirectory());
}

function entriesBelow(folder: string, fits: (entry: fs.Dirent) => boolean): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(fits)
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function readFile(file: string): RawFile {
  return { mode: modeText(fs.statSync(file).mode), text: fs.readFileSync(file, "utf8") };
}
