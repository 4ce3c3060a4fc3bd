/** Our side: the same configuration through model, key directory and components, as the constructs put them together. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadAll } from "js-yaml";
import { type Component, isSecret } from "../../lib/component";
import { clusterComponents, hostComponents } from "../../lib/components";
import { tokenSecret } from "../../lib/delivery/token-secret";
import { type Issue, throwIssues } from "../../lib/model/issue";
import type { ControlPlaneSettings } from "../../lib/model/props";
import { resolveCluster, resolveControlPlaneNodes, resolvePool } from "../../lib/model/resolve";
import type { Cluster, NodeContext } from "../../lib/model/types";
import { validateControlPlane } from "../../lib/model/validate";
import { openPki, type Pki } from "../../lib/pki";
import { type Case, firstHost, hostsOf } from "./case";
import { etcdFiles, TOKEN } from "./kubeadm-config";
import { modeText, type Raw, type RawFile } from "./raw";

const POOL = "workers";
const LINK = "/var/lib/kubelet/pki/kubelet-client-current.pem";

/** The props of a case as a user writes them. */
export function settingsOf(example: Case, version: string): ControlPlaneSettings {
  const hosts = hostsOf(example).map(([name, address]) => [
    name,
    { address, hostKey: "unchecked" },
  ]);
  return {
    ...example.props,
    kubernetesVersion: version,
    hosts: Object.fromEntries(hosts),
    ssh: {},
  };
}

/** Whether our validation lets a case through. */
export function isValid(example: Case, version: string): boolean {
  return issuesOf(example, version).length === 0;
}

function issuesOf(example: Case, version: string): Issue[] {
  const etcd = example.etcd ?? { local: {} };
  return validateControlPlane(settingsOf(example, version), etcd, example.name, () => false);
}

/** A key directory to begin with, and the moment at which its certificates were made. */
export interface StartingKeys {
  readonly directory: string;
  readonly now: Date;
}

/** Props that say how certificates are made: with one of them none can be there before. */
const MAKING = [
  "encryptionAlgorithm",
  "certificateValidityPeriod",
  "caCertificateValidityPeriod",
] as const;

/**
 * Renders the first control plane host and the cluster. Keys are those to begin with, as far as they fit: making twenty
 * for every case would take most of the time.
 *
 * @throws when validation refuses the case
 */
export function render(example: Case, version: string, keys?: StartingKeys): Raw {
  const props = settingsOf(example, version);
  throwIssues(issuesOf(example, version));
  return inTemporaryFolder((folder) => {
    const given = MAKING.some((name) => props[name] !== undefined) ? undefined : keys;
    if (given !== undefined) {
      fs.cpSync(given.directory, folder, { recursive: true, preserveTimestamps: true });
    }
    return renderInto(folder, example, props, given?.now ?? new Date());
  });
}

/** Makes the keys of the smallest case, for `render` to begin with. */
export function makeStartingKeys(directory: string, version: string): StartingKeys {
  const now = new Date();
  fs.mkdirSync(directory, { recursive: true });
  const example = { name: "starting keys", props: {} };
  renderInto(directory, example, settingsOf(example, version), now);
  return { directory, now };
}

/** Runs with a folder that is removed afterwards. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-fidelity-"));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function renderInto(folder: string, example: Case, props: ControlPlaneSettings, now: Date): Raw {
  const { etcd = { local: {} }, without = [] } = example;
  const external = "external" in etcd ? etcd.external : undefined;
  const network = { kind: "none" } as const;
  const cluster = resolveCluster({
    props,
    etcd,
    founders: external ? [] : Object.keys(props.hosts),
    network,
    ...(external?.caFile && { externalCaCertificate: fs.readFileSync(external.caFile, "utf8") }),
  });
  const worker = { hosts: { "w-1": { address: "10.255.255.1", hostKey: "unchecked" } } };
  const controlPlane = resolveControlPlaneNodes(cluster, props, network);
  fs.mkdirSync(path.join(folder, "tokens"), { recursive: true });
  fs.writeFileSync(path.join(folder, "tokens", `${POOL}.token`), TOKEN);
  const pki = openPki(
    folder,
    {
      cluster,
      nodes: [...controlPlane, ...resolvePool(cluster, POOL, worker, network)],
      tokenPools: [POOL],
      externalCa: false,
      ...(external?.certFile && { externalEtcd: external }),
    },
    now,
  );
  const node = controlPlane.find(({ name }) => name === firstHost(example).name);
  if (node === undefined) throw new Error(`${example.name}: no host ${firstHost(example).name}`);
  const certificate = (name: string) => pki.certificate(name);
  const founders = external ? [] : controlPlane;
  const context: NodeContext = { cluster, node, certificate, network, founders };
  const ofHost = hostComponents(context);
  const ofCluster = clusterComponents(cluster, certificate, {
    network,
    coreDns: without.includes("coreDns") ? false : {},
    kubeProxy: !without.includes("kubeProxy"),
    manifests: {},
  });
  const files = filesOf([...ofHost, ...ofCluster], pki);
  const applied = [
    ...ofCluster.flatMap((component) => filesOf([component], pki)).map(([, { text }]) => text),
    pki.fill(tokenSecret(POOL)),
  ];
  return {
    files: Object.fromEntries(files),
    directories: directoriesOf(ofHost, files),
    links: { [LINK]: `${path.dirname(LINK)}/kubelet-client-issued.pem` },
    objects: applied.flatMap((text) => loadAll(text) as object[]),
    node: marksOf(Object.fromEntries(files)),
    images: imagesOf(cluster, example),
  };
}

function filesOf(components: readonly Component[], pki: Pki): [string, RawFile][] {
  return components.flatMap(({ files }) =>
    files.map(({ path: file, mode, content }): [string, RawFile] => [
      file,
      { mode: modeText(mode), text: isSecret(content) ? pki.fill(content) : content },
    ]),
  );
}

/** Directories that every host has. */
const SYSTEM = /^\/(etc|var|var\/lib|etc\/(modules-load\.d|sysctl\.d|systemd.*))$/;

/** Directories that actions make with a mode of their own, and those that files need. */
function directoriesOf(
  components: readonly Component[],
  files: readonly [string, RawFile][],
): Record<string, string> {
  const needed = files.flatMap(([file]) => parents(file)).map((name) => [name, "0755"]);
  const made = components
    .flatMap(({ run }) => run)
    .filter(({ action }) => action === "make-dir")
    .map(({ args: [name = "", mode = ""] }) => [name, mode]);
  return Object.fromEntries([...needed, ...made].filter(([name = ""]) => !SYSTEM.test(name)));
}

function parents(file: string): string[] {
  const parts = file.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function marksOf(files: Readonly<Record<string, RawFile>>): Raw["node"] {
  const text = (name: string) => files[`/var/lib/cdktf-kubeadm/${name}`]?.text ?? "";
  const [patch] = loadAll(text("node-labels.yaml")) as [{ metadata: Raw["node"] }];
  const taints = text("node-taints.list").split("\n").filter(Boolean);
  return { labels: patch.metadata.labels, taints: taints.map((t) => t.replace("=:", ":")) };
}

/** Images that hosts pull, in kubeadm's order. */
function imagesOf({ images, etcd }: Cluster, { without = [] }: Case): string[] {
  return [
    images.kubeApiServer,
    images.kubeControllerManager,
    images.kubeScheduler,
    ...(without.includes("kubeProxy") ? [] : [images.kubeProxy]),
    ...(without.includes("coreDns") ? [] : [images.coreDns]),
    images.pause,
    ...(etcd.kind === "local" ? [images.etcd] : []),
  ];
}

/** Files of an external etcd that the user brings, where a case names them. */
export function externalEtcdFiles(example: Case): Record<string, string> {
  if (example.etcd === undefined || !("external" in example.etcd)) return {};
  const given = example.etcd.external;
  const onHost = etcdFiles(example);
  return Object.fromEntries(
    (["caFile", "certFile", "keyFile"] as const).flatMap((name) => {
      const file = given[name];
      return file === undefined ? [] : [[onHost[name], fs.readFileSync(file, "utf8")]];
    }),
  );
}
