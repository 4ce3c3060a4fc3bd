/** Reads what a side left behind into fields. The same for both sides: nothing here knows which one it reads. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { load } from "js-yaml";
import {
  type Authorities,
  certificateFields,
  privateKeyFields,
  publicKeyFields,
} from "./certificate";
import type { Raw } from "./raw";
import { isMap, type Tree, type TreeMap } from "./tree";

/** How to read. */
export interface ObserveOptions {
  /** As `certificateFields` takes it. @default 1 */
  readonly roundSeconds?: number;
}

interface Reader {
  readonly raw: Raw;
  readonly authorities: Authorities;
  readonly roundSeconds: number;
}

/** Everything that was made, as one tree. */
export function observe(raw: Raw, { roundSeconds = 1 }: ObserveOptions = {}): TreeMap {
  const reader = { raw, roundSeconds, authorities: authoritiesOf(raw) };
  return {
    file: mapValues(raw.files, ({ mode, text }, path) => ({
      mode,
      ...fileFields(path, text, reader),
    })),
    directory: raw.directories,
    object: Object.fromEntries(
      raw.objects.map((object) => objectFields(object as TreeMap, reader)),
    ),
    node: { labels: raw.node.labels, taints: [...raw.node.taints].sort() },
    images: raw.images,
  };
}

function authoritiesOf({ files }: Raw): Authorities {
  const found = Object.entries(files).flatMap(([path, { text }]): [string, X509Certificate][] => {
    const name = /(etcd\/ca|front-proxy-ca|\/ca)\.crt$/.exec(path)?.[1];
    return name === undefined || !text.includes("CERTIFICATE")
      ? []
      : [[name.replace(/^\//, ""), new X509Certificate(text)]];
  });
  return Object.fromEntries(found);
}

function fileFields(path: string, text: string, reader: Reader): TreeMap {
  if (path.endsWith(".crt")) return certificate(text, reader);
  if (path.endsWith(".key")) {
    const partner = path.endsWith("/sa.key") ? "sa.pub" : `${path.replace(/^.*\/|key$/g, "")}crt`;
    const file = reader.raw.files[path.replace(/[^/]*$/, partner)];
    return privateKeyFields(text, file === undefined ? undefined : publicKeyOf(file.text));
  }
  if (path.endsWith("/sa.pub")) return publicKeyFields(text);
  if (/^\/etc\/kubernetes\/[^/]+\.conf$/.test(path)) return kubeconfig(text, reader);
  if (path.endsWith("kubeadm-flags.env")) return flagsFile(text);
  if (/\/kubernetes\/manifests\/|\/kubelet\/[^/]+\.yaml$/.test(path)) return yaml(text);
  return { text };
}

function certificate(pem: string, { authorities, roundSeconds }: Reader): TreeMap {
  return certificateFields(pem, authorities, roundSeconds);
}

function publicKeyOf(pem: string): KeyObject {
  return pem.includes("CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

/** Fields, and whether keys are sorted and nothing is written in another way than its fields say. */
function yaml(text: string): TreeMap {
  const value = load(text) as Tree;
  return isMap(value) ? value : { text };
}

/** `NAME="--flag=value …"` */
function flagsFile(text: string): TreeMap {
  const [, variable, line] = /^([A-Z_]+)="(.*)"\n$/.exec(text) ?? [];
  if (variable === undefined || line === undefined) return { text };
  return { [variable]: line === "" ? [] : line.split(" ") };
}

/** A kubeconfig with its certificates and keys read. */
function kubeconfig(text: string, reader: Reader): TreeMap {
  const config = load(text) as { clusters: TreeMap[]; users: { user: TreeMap }[] } & TreeMap;
  return {
    ...config,
    bytes: digest(withoutData(text)),
    clusters: config.clusters.map((entry) => clusterEntry(entry, reader)),
    users: config.users.map((entry) => ({ ...entry, user: credentials(entry.user, reader) })),
  };
}

function clusterEntry(entry: TreeMap, reader: Reader): TreeMap {
  const { "certificate-authority-data": data, ...rest } = entry.cluster as TreeMap;
  const ca = Buffer.from(String(data), "base64").toString();
  const path = Object.entries(reader.raw.files).find(
    ([name, { text }]) => name.endsWith(".crt") && text === ca,
  )?.[0];
  return { ...entry, cluster: { ...rest, "certificate-authority-data": path ?? "of nobody here" } };
}

/** A user's certificate and key, and where the kubeconfig has them from. */
function credentials(user: TreeMap, reader: Reader): TreeMap {
  const {
    "client-certificate-data": certificateData,
    "client-key-data": keyData,
    "client-certificate": certificatePath,
    "client-key": keyPath,
    ...rest
  } = user;
  const [certificatePem, keyPem] = [
    pemOf(
      certificateData,
      certificatePath,
      /-----BEGIN CERT[\s\S]*?-----END [A-Z ]+-----\n/,
      reader,
    ),
    pemOf(keyData, keyPath, /-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*?-----END [A-Z ]+-----\n/, reader),
  ];
  if (certificatePem === undefined || keyPem === undefined) return user;
  return {
    ...rest,
    keptIn: `${certificatePath ?? "the kubeconfig"}, ${keyPath ?? "the kubeconfig"}`,
    certificate: certificate(certificatePem, reader),
    key: privateKeyFields(keyPem, publicKeyOf(certificatePem)),
  };
}

function pemOf(
  data: Tree | undefined,
  path: Tree | undefined,
  block: RegExp,
  { raw }: Reader,
): string | undefined {
  if (typeof data === "string") return Buffer.from(data, "base64").toString();
  if (typeof path !== "string") return undefined;
  return block.exec(raw.files[raw.links[path] ?? path]?.text ?? "")?.[0];
}

/** An API object under its identity; texts in ConfigMaps are read, and must be the same to the byte as well. */
function objectFields(object: TreeMap, reader: Reader): [string, Tree] {
  const { name, namespace } = object.metadata as { name: string; namespace?: string };
  const identity = [object.kind, namespace, name].filter((part) => part !== undefined).join(" ");
  if (object.kind === "Secret") return [identity, secret(object)];
  if (object.kind !== "ConfigMap") return [identity, object];
  const data = mapValues(object.data as TreeMap, (value): Tree => {
    const text = String(value);
    const bytes = digest(withoutData(text));
    return /^(apiVersion|kind): /m.test(text)
      ? { bytes, ...embedded(text, reader) }
      : { bytes, text };
  });
  return [identity, { ...object, data }];
}

/** A Secret as the API server would hold it: `stringData` goes into `data`. Of a moment only its form is told. */
function secret({ stringData = {}, data = {}, ...rest }: TreeMap): TreeMap {
  const plain = mapValues(data as TreeMap, (value) =>
    Buffer.from(`${value}`, "base64")
      .toString()
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a moment, UTC"),
  );
  return { ...rest, data: { ...plain, ...(stringData as TreeMap) } };
}

function embedded(text: string, reader: Reader): TreeMap {
  const value = yaml(text);
  const { clusters } = value;
  if (!Array.isArray(clusters) || !text.includes("certificate-authority-data")) return value;
  return { ...value, clusters: clusters.map((entry: TreeMap) => clusterEntry(entry, reader)) };
}

/** The text without the lines that have certificates and keys, or say where they are. */
function withoutData(text: string): string {
  return text.replace(/^ *(certificate-authority-data|client-[a-z-]+): .*\n/gm, "");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function mapValues<T, U extends Tree>(
  map: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): TreeMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
