/**
 * Facts: what a reviewer reads in a plan. Each is a flat trigger, `"<file>: <field>" = "<value>"`, so that Terraform
 * names the field that changed and hides the rest. Whatever nobody would read (zero values,
 * what every file of its kind says) is one digest per file.
 */
import { createHash } from "node:crypto";
import { loadAll } from "js-yaml";
import { parse as parseToml } from "smol-toml";
import { type Component, type HostFile, isSecret, type SecretContent } from "../component";
import type { CertificateFacts } from "../model/types";
import { describe } from "./bundle";
import { escapeTemplate } from "./escape";

/** What facts need to know of certificates and keys. */
export interface FactSource {
  /** The facts of a certificate by its PEM; undefined when it is none of ours. */
  readonly certificateOf: (pem: string) => CertificateFacts | undefined;
  readonly keyFingerprint: (key: string) => string;
}

/** etcd reads these on an empty data directory only, so they say nothing about a running member. */
const FIRST_START_FLAGS = new Set(["--initial-cluster", "--initial-cluster-state"]);

/** Deeper values are one JSON value: planning costs per key, and keys are padded to the longest. */
const DEPTH = 3;

/** The same for each document of a file of many. */
const DEPTH_OF_MANY = 2;

/** What is left out of the facts of a file, as one digest. */
const REST = "(the rest)";

/** The same in every file of its kind: in the digest of what no person would read. */
const BOILERPLATE =
  /^(apiVersion|kind|name|namespace|labels\..+|contexts.*|current-context|priority|priorityClassName|hostNetwork|roleRef\.(apiGroup|kind)|securityContext\.seccompProfile)$/;

type Leaves = Map<string, string>;

/** The triggers of a step, from the files of its components. With `short`, keys leave out the file's path. */
export function factsOf(
  components: readonly Component[],
  source: FactSource,
  short = false,
): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const component of components) {
    for (const file of component.files) {
      const prefix = short ? "" : `${file.path}: `;
      for (const [key, value] of leavesOf(file, source)) {
        facts[escapeTemplate(`${prefix}${key}`)] = escapeTemplate(value === "" ? "(none)" : value);
      }
    }
    for (const { action, args } of component.save) {
      if (action !== "fetch-binary") continue;
      const [url, sha256, path] = args;
      facts[escapeTemplate(`${path}: url`)] = escapeTemplate(url ?? "(none)");
      if (sha256 !== "-") facts[`${path}: sha256`] = sha256 ?? "(none)";
    }
  }
  return Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function leavesOf(file: HostFile, source: FactSource): Leaves {
  const leaves: Leaves = new Map();
  if (file.mode !== 0o600 && file.mode !== 0o644) leaves.set("mode", file.mode.toString(8));
  const text = isSecret(file.content)
    ? describe(file.content as SecretContent, source.keyFingerprint)
    : file.content;
  switch (file.format ?? formatOf(file.path)) {
    case "yaml":
      yamlLeaves(withoutEmbedded(text, source), leaves);
      break;
    case "json":
      structure(JSON.parse(text), leaves);
      break;
    case "toml":
      structure(parseToml(text), leaves, 9);
      break;
    case "ini":
      iniLeaves(text, leaves);
      break;
    case "env":
      envLeaves(text, leaves);
      break;
    case "pem":
      pemLeaves(text, source, leaves);
      break;
    default:
      leaves.set("lines", JSON.stringify(text.trimEnd().split("\n")));
  }
  return leaves;
}

function formatOf(path: string): NonNullable<HostFile["format"]> {
  if (/\.ya?ml$/.test(path) || /^\/etc\/kubernetes\/[^/]+\.conf$/.test(path)) return "yaml";
  if (/\.(json|conflist)$/.test(path)) return "json";
  if (path.endsWith(".toml")) return "toml";
  if (/\.(service|slice)$/.test(path) || /\.service\.d\/[^/]+\.conf$/.test(path)) return "ini";
  if (path.endsWith(".env")) return "env";
  if (/\.(crt|key|pem|pub)$/.test(path)) return "pem";
  return "lines";
}

/** Certificates that are embedded as base64 (kubeconfigs, cluster-info), by what a reviewer asks of them. */
function withoutEmbedded(text: string, source: FactSource): string {
  return text.replace(/(certificate(?:-authority)?-data: )(\S+)/g, (whole, field, data) => {
    const found = source.certificateOf(Buffer.from(data, "base64").toString("utf8"));
    if (!found) return whole;
    return `${field}"${found.subject}, expires ${found.notAfter}, fingerprint ${found.fingerprint.slice(0, 32)}"`;
  });
}

/** One document: its fields; several: each under "<kind>/<name>". */
function yamlLeaves(text: string, leaves: Leaves): void {
  const documents = loadAll(text).filter((d): d is object => typeof d === "object" && d !== null);
  if (documents.length === 1) {
    structure(documents[0], leaves);
    return;
  }
  const rest: Record<string, unknown> = {};
  for (const document of documents) {
    const { apiVersion, kind, metadata = {}, ...fields } = document as ApiObject;
    const { name, namespace, ...meta } = metadata;
    const title = [kind, namespace, name].filter((n) => n !== undefined).join("/");
    const nested: Leaves = new Map();
    rest[title] = [apiVersion, walk({ metadata: meta, ...fields }, nested, DEPTH_OF_MANY)];
    for (const [key, value] of nested) leaves.set(`${title}: ${key}`, value);
  }
  leaves.set(REST, digest(rest));
}

interface ApiObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

function structure(value: unknown, leaves: Leaves, depth = DEPTH): void {
  const rest = walk(value, leaves, depth);
  if (Object.keys(rest).length > 0) leaves.set(REST, digest(rest));
}

/** Sets the leaves of a value and returns those that nobody would read. */
function walk(value: unknown, leaves: Leaves, depth: number): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  const visit = (node: unknown, path: string, level: number): void => {
    const flags = flagsIn(node);
    if (flags) {
      for (const [flag, text] of flags) leaves.set(flag, text);
    } else if (isZero(node) || BOILERPLATE.test(path)) {
      rest[path] = node;
    } else if (isNamedList(node) && level < depth) {
      for (const { name, ...item } of node) {
        // A pod of ours has one container: its name says nothing that the file's name does not.
        const only = path.endsWith("containers") && node.length === 1;
        visit(item, only ? "container" : `${path}[${name}]`, level + (only ? 0 : 1));
      }
    } else if (isObject(node) && level < depth) {
      for (const [key, child] of Object.entries(node)) visit(child, join(path, key), level + 1);
    } else if (typeof node === "string" && node.includes("\n")) {
      textLeaves(node, path, leaves);
    } else {
      leaves.set(path, isObject(node) || Array.isArray(node) ? stable(node) : String(node));
    }
  };
  visit(value, "", 0);
  return rest;
}

/** Text in a field: read as YAML when it is an object, else as a list of lines. */
function textLeaves(text: string, path: string, leaves: Leaves): void {
  let inner: unknown;
  try {
    const documents = loadAll(text);
    inner = documents.length === 1 ? documents[0] : undefined;
  } catch {
    inner = undefined; // not YAML: the lines are what there is to show
  }
  leaves.set(path, isObject(inner) ? stable(inner) : JSON.stringify(text.trimEnd().split("\n")));
}

/** A command of flags, keyed by flag; a flag that repeats has a JSON list. */
function flagsIn(value: unknown): [string, string][] | undefined {
  if (!Array.isArray(value) || !value.every((v): v is string => typeof v === "string"))
    return undefined;
  const flags = value.filter((v) => v.startsWith("--"));
  if (flags.length === 0 || value.length - flags.length > 1) return undefined;
  return flagFacts(flags);
}

function flagFacts(flags: readonly string[]): [string, string][] {
  const byName = new Map<string, string[]>();
  for (const flag of flags) {
    const [name = "", ...rest] = flag.split("=");
    if (FIRST_START_FLAGS.has(name)) continue;
    byName.set(name, [...(byName.get(name) ?? []), rest.join("=")]);
  }
  return [...byName].map(([name, values]) => [
    name,
    values.length === 1 ? (values[0] ?? "") : JSON.stringify(values),
  ]);
}

function iniLeaves(text: string, leaves: Leaves): void {
  let section = "";
  const values = new Map<string, string[]>();
  for (const line of text.split("\n").map((l) => l.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header) section = header[1] ?? "";
    else if (line !== "" && !/^[#;]/.test(line)) {
      const [key = "", ...rest] = line.split("=");
      const name = join(section, key);
      values.set(name, [...(values.get(name) ?? []), rest.join("=")]);
    }
  }
  for (const [key, all] of values)
    leaves.set(key, all.length === 1 ? (all[0] ?? "") : JSON.stringify(all));
}

function envLeaves(text: string, leaves: Leaves): void {
  for (const line of text.split("\n").filter((l) => l.includes("="))) {
    const [, name = "", value = ""] = /^([^=]+)="?(.*?)"?$/.exec(line) ?? [];
    const words = value.split(" ").filter((w) => w !== "");
    if (words.length > 0 && words.every((w) => w.startsWith("--"))) {
      for (const [flag, text] of flagFacts(words)) leaves.set(flag, text);
    } else leaves.set(name, value);
  }
}

/** A certificate by what a reviewer asks of it; a key by its description. */
function pemLeaves(text: string, source: FactSource, leaves: Leaves): void {
  const key = /\(private key [^)]*\)/.exec(text)?.[0];
  const blocks =
    text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];
  const certificate = source.certificateOf(text) ?? (blocks[0] && source.certificateOf(blocks[0]));
  if (certificate && blocks.length > 0) {
    leaves.set("subject", certificate.subject);
    leaves.set("issuer", certificate.issuer);
    if (certificate.names.length > 0) leaves.set("names", JSON.stringify(certificate.names));
    leaves.set("expires", certificate.notAfter);
    leaves.set("fingerprint", certificate.fingerprint.slice(0, 32));
  }
  if (key) leaves.set("key", key.replace(/^\(private key \S+, (.*)\)$/, "$1"));
  if (leaves.size === 0) leaves.set("sha256", sha256(text).slice(0, 32));
}

function join(path: string, key: string): string {
  const parent = path.replace(/^(spec|metadata)(\.|$)/, "");
  return parent === "" ? key : `${parent}.${key}`;
}

function isZero(value: unknown): boolean {
  if (value === null || value === "" || value === "0s" || value === false || value === 0)
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isZero);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((v) => isObject(v) && typeof v.name === "string")
  );
}

/** Compact JSON with sorted keys: a change of order or white space must not show. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    isObject(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
}

function digest(value: unknown): string {
  return `sha256:${sha256(stable(value)).slice(0, 16)}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
