import { describe, expect, test } from "vitest";
import type { Component, FileContent, HostFile } from "../../lib/component";
import { factsOf } from "../../lib/delivery/facts";
import type { CertificateFacts } from "../../lib/model/types";

const certificate: CertificateFacts = {
  pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  fingerprint: "f".repeat(64),
  publicKeyFingerprint: "b".repeat(64),
  subject: "CN=kube-apiserver",
  issuer: "CN=kubernetes",
  names: ["DNS:cp-1", "IP:10.0.0.1"],
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2027-01-01T00:00:00Z",
  keyType: "RSA 2048",
};

function component(files: HostFile[], save: Component["save"] = []): Component {
  return { name: "test", scope: "host", files, save, run: [], clean: [] };
}

function facts(path: string, content: FileContent, short = true): Record<string, string> {
  return factsOf(
    [component([{ path, mode: 0o600, content }])],
    {
      certificateOf: (pem) => (pem === certificate.pem ? certificate : undefined),
      keyFingerprint: () => certificate.publicKeyFingerprint,
    },
    short,
  );
}

describe("facts of YAML", () => {
  test("a pod's flags are keyed by flag, what etcd reads on its first start only is left out", () => {
    const pod = `
kind: Pod
spec:
  containers:
  - name: etcd
    image: etcd:1
    command: [etcd, --name=cp-1, --initial-cluster=cp-1=https://10.0.0.1:2380, --x=1, --x=2]
`;

    expect(facts("/m/etcd.yaml", pod)).toEqual({
      "(the rest)": expect.stringMatching(/^sha256:/),
      "container.image": "etcd:1",
      "--name": "cp-1",
      "--x": '["1","2"]',
    });
  });

  test("the first word of a command is a fact when it is not a flag's binary but an argument", () => {
    expect(facts("/m/a.yaml", "args: [-conf, /etc/coredns/Corefile]")).toEqual({
      args: '["-conf","/etc/coredns/Corefile"]',
    });
  });

  test("zero values are one digest that changes with them", () => {
    const before = facts("/c.yaml", "a: 1\nb: 0s\nc: ''\nd: {}\n");
    const after = facts("/c.yaml", "a: 1\nb: 0s\nc: ''\nd: []\n");

    expect(Object.keys(before)).toEqual(["(the rest)", "a"]);
    expect(after["(the rest)"]).not.toBe(before["(the rest)"]);
  });

  test("several documents are told apart by kind and name", () => {
    const text = "kind: A\nmetadata: {name: x}\ndata: {k: v}\n---\nkind: B\nmetadata: {name: y}\n";

    expect(facts("/c.yaml", text)).toEqual({
      "(the rest)": expect.stringMatching(/^sha256:/),
      "A/x: data.k": "v",
    });
  });

  test("documents of the same kind and name in two namespaces keep facts of their own", () => {
    const text =
      "kind: Role\nmetadata: {name: x, namespace: a}\nrules: [1]\n---\nkind: Role\nmetadata: {name: x, namespace: b}\nrules: [2]\n";

    expect(facts("/c.yaml", text)).toMatchObject({
      "Role/a/x: rules": "[1]",
      "Role/b/x: rules": "[2]",
    });
  });

  test("order, comments and white space show nothing", () => {
    expect(facts("/c.yaml", "# c\nb:   {y: 1, x: 2}\na: 1\n")).toEqual(
      facts("/c.yaml", "a: 1\nb:\n  x: 2\n  y: 1\n"),
    );
  });

  test("text in a field is a list of lines, YAML in a field an object", () => {
    const text = "data:\n  Corefile: |\n    .:53 {\n    }\n  config: |\n    a: 1\n    b: 2\n";

    expect(facts("/c.yaml", text)).toEqual({
      "data.Corefile": '[".:53 {","}"]',
      "data.config": '{"a":1,"b":2}',
    });
  });
});

test("a certificate is told by subject, names, issuer, expiry and fingerprint, a key by its public half", () => {
  expect(facts("/pki/apiserver.crt", certificate.pem)).toEqual({
    subject: "CN=kube-apiserver",
    issuer: "CN=kubernetes",
    names: '["DNS:cp-1","IP:10.0.0.1"]',
    expires: "2027-01-01T00:00:00Z",
    fingerprint: "f".repeat(32),
  });
  expect(
    facts("/pki/apiserver.key", { parts: [{ key: "hosts/cp-1/apiserver", encoding: "pem" }] }),
  ).toEqual({ key: `public key sha256:${"b".repeat(64)}` });
});

test("a certificate that is not known is told by its digest, so that a change still shows", () => {
  expect(Object.keys(facts("/pki/x.crt", "other"))).toEqual(["sha256"]);
});

test("unit files and environment files are read by key and flag", () => {
  expect(
    facts(
      "/etc/systemd/system/x.service",
      "[Service]\nExecStart=\nExecStart=/usr/bin/x\nRestart=always\n",
    ),
  ).toEqual({ "Service.ExecStart": '["","/usr/bin/x"]', "Service.Restart": "always" });
  expect(
    facts("/var/lib/kubelet/kubeadm-flags.env", 'KUBELET_KUBEADM_ARGS="--a=1 --b=x,y"\n'),
  ).toEqual({ "--a": "1", "--b": "x,y" });
});

test("keys carry the path, templates are escaped, no value is empty", () => {
  expect(facts("/etc/a.env", 'A="${x}"\nB=""\n', false)).toEqual({
    "/etc/a.env: A": "$${x}",
    "/etc/a.env: B": "(none)",
  });
});

test("a binary is a fact by its URL and pinned digest", () => {
  const save = [
    { action: "fetch-binary", args: ["https://m/v1/kubelet", "abc", "/usr/bin/kubelet"] },
    { action: "pull-image", args: ["pause:1"] },
  ] as const;

  expect(
    factsOf([component([], save)], { certificateOf: () => undefined, keyFingerprint: () => "" }),
  ).toEqual({ "/usr/bin/kubelet: sha256": "abc", "/usr/bin/kubelet: url": "https://m/v1/kubelet" });
});
