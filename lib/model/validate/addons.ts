/** Addons, looked at alone. */
import { addonNameTaken, emptyCorefile, emptyManifest, noObject } from "../../errors";
import { entry, type Findings, type Issue, type IsToken, join, toIssues } from "../issue";
import type { AddonsProps } from "../props";
import type { NetworkPlugin } from "../types";
import { dnsLabel, image, localPath } from "./syntax";
import { anyText, checkInteger, checkPlain, checkText, isPlainObject, oneOf } from "./text";

/** Names that addons of this library have. */
const BUILT_IN = new Set(["coredns", "kube-proxy", "flannel", "bridge", "bridge-network"]);

/** flannel's backends that need nothing beside the image. Source: flannel's documentation of backends. */
const BACKENDS = ["vxlan", "host-gw", "wireguard"] as const;

/** Everything wrong with the addons of a cluster. */
export function validateAddons(props: AddonsProps, path: string, isToken: IsToken): Issue[] {
  return toIssues(path, checkAddons(props, isToken));
}

function* checkAddons(props: AddonsProps, isToken: IsToken): Findings {
  if (props.network !== undefined) yield* checkNetwork("network", props.network, isToken);
  if (typeof props.coreDns === "object") {
    const { replicas, corefile } = props.coreDns;
    yield* checkInteger("coreDns.replicas", replicas, isToken, { from: 1, to: 100 });
    if (corefile !== undefined) yield* checkCorefile("coreDns.corefile", corefile, isToken);
  }
  for (const [name, manifest] of Object.entries(props.manifests ?? {})) {
    yield* checkManifest(name, manifest, isToken);
  }
}

function* checkNetwork(path: string, network: NetworkPlugin, isToken: IsToken): Findings {
  if (network.kind === "bridge") {
    yield* checkInteger(join(path, "mtu"), network.mtu, isToken, { from: 576, to: 65535 });
  } else if (network.kind === "flannel") {
    yield* checkText(join(path, "image"), network.image, isToken, image);
    yield* checkText(join(path, "cniImage"), network.cniImage, isToken, image);
    yield* checkText(join(path, "backend"), network.backend, isToken, oneOf("backend", BACKENDS));
  }
}

/** The only text of several lines: each line is looked at. */
function* checkCorefile(path: string, corefile: string, isToken: IsToken): Findings {
  if (corefile.trim() === "") yield { propPath: path, message: emptyCorefile() };
  for (const line of corefile.split("\n")) {
    yield* checkText(path, line.replaceAll("\t", " "), isToken, anyText);
  }
}

function* checkManifest(name: string, manifest: unknown, isToken: IsToken): Findings {
  const path = entry("manifests", name);
  yield* checkText(path, name, isToken, dnsLabel);
  if (BUILT_IN.has(name)) yield { propPath: path, message: addonNameTaken(name) };
  if (typeof manifest === "string") {
    yield* checkText(path, manifest, isToken, localPath);
    return;
  }
  const objects: readonly unknown[] = Array.isArray(manifest) ? manifest : [manifest];
  if (objects.length === 0) yield { propPath: path, message: emptyManifest() };
  for (const [index, object] of objects.entries()) {
    const at = Array.isArray(manifest) ? join(path, index) : path;
    yield* checkPlain(at, object, isToken);
    if (!isKubernetesObject(object)) yield { propPath: at, message: noObject(object) };
  }
}

function isKubernetesObject(object: unknown): boolean {
  if (!isPlainObject(object)) return false;
  const { apiVersion, kind, metadata } = object;
  return [apiVersion, kind, isPlainObject(metadata) ? metadata.name : ""].every(
    (text) => typeof text === "string" && text !== "",
  );
}
