import { expect, test } from "vitest";
import type { AddonsProps } from "../../../lib/model/props";
import { addonIssues, untyped } from "../support";

const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } };
const flannel = {
  kind: "flannel",
  image: "ghcr.io/flannel-io/flannel:v0.27.4",
  cniImage: "ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1",
  backend: "vxlan",
} as const;

test.each<[string, AddonsProps]>([
  ["nothing", {}],
  ["everything off", { coreDns: false, kubeProxy: false, network: { kind: "none" } }],
  ["flannel", { network: flannel }],
  ["the bridge", { network: { kind: "bridge", mtu: 1450 } }],
  ["a Corefile with tabs", { coreDns: { replicas: 3, corefile: ".:53 {\n\terrors\n}\n" } }],
  ["manifests", { manifests: { file: "./a.yaml", one: object, more: [object, object] } }],
])("%s is fine", (_, props) => expect(addonIssues(props)).toEqual([]));

test.each<[string, AddonsProps, string]>([
  [
    "replicas",
    { coreDns: { replicas: 0 } },
    "coreDns.replicas: not a whole number in range, got 0; write one from 1 to 100, without quotes",
  ],
  [
    "empty Corefile",
    { coreDns: { corefile: " \n" } },
    "coreDns.corefile: holds nothing; write the whole Corefile, or leave it out",
  ],
  [
    "control character in the Corefile",
    { coreDns: { corefile: "a\nb\u0007" } },
    'coreDns.corefile: holds a control character, got "b\\u0007"; use printable characters on one line',
  ],
  [
    "mtu",
    { network: { kind: "bridge", mtu: 100 } },
    "network.mtu: not a whole number in range, got 100; write one from 576 to 65535, without quotes",
  ],
  [
    "image",
    { network: { ...flannel, image: "flannel image" } },
    'network.image: not an image, got "flannel image"; write it as "registry.example.com/name:tag"',
  ],
  [
    "backend",
    { network: { ...flannel, backend: "vxlam" } },
    'network.backend: unknown backend, got "vxlam"; did you mean "vxlan"? allowed: vxlan, host-gw, wireguard',
  ],
  [
    "name",
    { manifests: { A: object } },
    'manifests["A"]: not a DNS label, got "A"; use at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit',
  ],
  [
    "name of ours",
    { manifests: { coredns: object } },
    'manifests["coredns"]: name of a built-in addon, got "coredns"; rename it',
  ],
  [
    "object without a name",
    { manifests: { a: { ...object, metadata: {} } } },
    'manifests["a"]: not a Kubernetes object, got {"apiVersion":"v1","kind":"Namespace","metadata":{}}; give it apiVersion, kind and metadata.name',
  ],
  [
    "one of several",
    { manifests: { a: [object, {}] } },
    'manifests["a"][1]: not a Kubernetes object, got {}; give it apiVersion, kind and metadata.name',
  ],
  [
    "no object",
    { manifests: { a: [] } },
    'manifests["a"]: holds no object; remove the name, or add an object',
  ],
  [
    "token in an object",
    { manifests: { a: { ...object, data: { b: "<token>" } } } },
    'manifests["a"].data.b: not known before apply, got a token; files of the hosts are made at synth, so write the value itself',
  ],
  [
    "number",
    { manifests: untyped({ a: 1 }) },
    'manifests["a"]: not a Kubernetes object, got 1; give it apiVersion, kind and metadata.name',
  ],
])("%s", (_, props, line) => expect(addonIssues(props)).toEqual([line]));
