/**
 * What is uploaded to a host: one tar of public files, scripts and lists, and one tar of what holds secrets. The
 * format is `lib/host/README.md`'s.
 */
import { createHash } from "node:crypto";
import { Token } from "cdktf";
import {
  type Component,
  type HostFile,
  isSecret,
  type SecretContent,
  type SecretRef,
} from "../component";
import type { Cluster, Node } from "../model/types";
import { packTar, type TarEntry } from "./tar";

/** A host's revision before secrets are filled in: everything that may be read by anyone. */
export interface Revision {
  /** Names the revision on the host: changes when a file, an action or the public half of a key does. */
  readonly digest: string;
  /** The lists of the revision by name. */
  readonly lists: Readonly<Record<string, string>>;
  readonly publicFiles: readonly HostFile[];
  readonly secretFiles: readonly HostFile[];
}

/** Makes the revision of a host; `keyFingerprint` names the public half of a key. */
export function revisionOf(
  cluster: Cluster,
  node: Node,
  founders: readonly { name: string; address: string }[],
  components: readonly Component[],
  keyFingerprint: (key: string) => string,
): Revision {
  const files = components.flatMap((c) => c.files.map((file) => ({ component: c, file })));
  const publicFiles = files.filter(({ file }) => !isSecret(file.content)).map(({ file }) => file);
  const secretFiles = files.filter(({ file }) => isSecret(file.content)).map(({ file }) => file);
  const lists = {
    "files.list": table(
      files.map(({ component, file }) => [
        component.name,
        component.scope,
        file.mode.toString(8).padStart(4, "0"),
        file.install ?? "always",
        isSecret(file.content) ? "secret" : "public",
        file.path,
      ]),
    ),
    "actions.list": table(
      components.flatMap((c) =>
        (["save", "run", "clean"] as const).flatMap((verb) =>
          c[verb].map(({ action, args }) => [c.name, c.scope, verb, action, ...args]),
        ),
      ),
    ),
    "node.list": table(nodeList(cluster, node, founders)),
    "public.sha256": checksums(publicFiles.map((f) => [f.path, f.content as string])),
  };
  const keys = secretFiles.map((f) =>
    JSON.stringify([f.path, describe(f.content as SecretContent, keyFingerprint)]),
  );
  return {
    digest: sha256([...Object.values(lists), ...keys].join("\n")).slice(0, 32),
    lists,
    publicFiles,
    secretFiles,
  };
}

/** The public tar: the scripts as they are, and the revision. */
export function bundleTar(revision: Revision, scripts: Readonly<Record<string, string>>): Buffer {
  return packTar([
    ...Object.entries(scripts).map(([name, content]) => ({
      path: `bin/${name}`,
      mode: 0o700,
      content,
    })),
    ...Object.entries(revision.lists).map(([name, content]) => ({
      path: `revision/${name}`,
      mode: 0o600,
      content,
    })),
    ...revision.publicFiles.map((f) => ({
      path: `revision/files${f.path}`,
      mode: 0o600,
      content: f.content as string,
    })),
  ]);
}

/** The tar of what holds secrets; undefined when the host gets none. */
export function keysTar(
  revision: Revision,
  fill: (content: SecretContent) => string,
): Buffer | undefined {
  if (revision.secretFiles.length === 0) return undefined;
  const filled = revision.secretFiles.map(
    (f) => [f.path, fill(f.content as SecretContent)] as const,
  );
  const entries: TarEntry[] = filled.map(([path, content]) => ({
    path: `files${path}`,
    mode: 0o600,
    content,
  }));
  return packTar([...entries, { path: "secret.sha256", mode: 0o600, content: checksums(filled) }]);
}

/** Secret content with each secret told by what may be known of it. */
export function describe(content: SecretContent, keyFingerprint: (key: string) => string): string {
  return content.parts
    .map((part) => (typeof part === "string" ? part : describeRef(part, keyFingerprint)))
    .join("");
}

function describeRef(ref: SecretRef, keyFingerprint: (key: string) => string): string {
  if ("token" in ref) return `(${ref.part ?? "bootstrap token"} of pool ${ref.token})`;
  return `(private key ${ref.key}, public key sha256:${keyFingerprint(ref.key)})`;
}

function nodeList(
  cluster: Cluster,
  node: Node,
  founders: readonly { name: string; address: string }[],
): string[][] {
  const controlPlane = node.role === "control-plane";
  const local = cluster.etcd.kind === "local";
  const others = founders.filter((f) => f.name !== node.name);
  const url = node.address.includes(":") ? `[${node.address}]` : node.address;
  return [
    ["name", node.name],
    ["role", node.role],
    ["address", knownAddress(node)],
    ["start", node.bootstrap === "certificate" ? "save" : "run"],
    ["api-server", controlPlane ? `https://${url}:${node.bindPort}` : "none"],
    ["etcd", controlPlane ? cluster.etcd.kind : "none"],
    ["founder", controlPlane && founders.some((f) => f.name === node.name) ? "yes" : "no"],
    ["peers", controlPlane && local ? others.map((f) => `${f.name}=${f.address}`).join(" ") : ""],
  ];
}

/** A node's address in a list; "-" when it is not known before apply, which only a worker's may be. */
export function knownAddress({ address }: Node): string {
  return Token.isUnresolved(address) ? "-" : address;
}

/** Tab-separated lines; a value that would break them is a mistake that validation should have found. */
function table(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => {
      for (const cell of row) {
        if (/[\t\n\r\0]/.test(cell))
          throw new Error(`control character in ${JSON.stringify(cell)}`);
      }
      return `${row.join("\t")}\n`;
    })
    .join("");
}

function checksums(files: readonly (readonly [string, string])[]): string {
  return files.map(([path, content]) => `${sha256(content)}  files${path}\n`).join("");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
