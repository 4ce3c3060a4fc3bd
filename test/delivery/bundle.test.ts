import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import type { Component, HostFile } from "../../lib/component";
import { bundleTar, keysTar, revisionOf } from "../../lib/delivery/bundle";
import { fixtureCluster } from "../support/cluster";
import { filesBelow } from "../support/stack";

const { cluster, context } = fixtureCluster();
const PUBLIC: HostFile = { path: "/etc/a.conf", mode: 0o644, content: "a = 1\n" };
const SECRET: HostFile = {
  path: "/etc/a.key",
  mode: 0o600,
  content: { parts: ["key: ", { key: "ca", encoding: "pem" }] },
};

function component(more: Partial<Component> = {}): Component {
  return {
    name: "test",
    scope: "host",
    files: [PUBLIC, SECRET],
    save: [],
    run: [],
    clean: [],
    ...more,
  };
}

function revision(more: Partial<Component> = {}, fingerprint = "f1") {
  return revisionOf(cluster, context("w-1").node, [], [component(more)], () => fingerprint);
}

function unpacked(tar: Buffer | undefined): Record<string, string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-bundle-"));
  execFileSync("tar", ["-xf", "-", "-C", folder], { input: tar });
  const files = filesBelow(folder);
  fs.rmSync(folder, { recursive: true });
  return files;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

test("the public tar holds scripts, lists and public files, and no word of a secret one", () => {
  const files = unpacked(bundleTar(revision(), { "step.sh": "#!/bin/sh\n" }));

  expect(Object.keys(files)).toEqual(
    [
      "bin/step.sh",
      "revision/actions.list",
      "revision/files.list",
      "revision/files/etc/a.conf",
      "revision/node.list",
      "revision/public.sha256",
    ].sort(),
  );
  expect(files["revision/files.list"]).toBe(
    "test\thost\t0644\talways\tpublic\t/etc/a.conf\ntest\thost\t0600\talways\tsecret\t/etc/a.key\n",
  );
  expect(files["revision/public.sha256"]).toBe(`${sha256("a = 1\n")}  files/etc/a.conf\n`);
});

test("the tar of keys holds what is filled in and its sums, and there is none without secrets", () => {
  const files = unpacked(keysTar(revision(), () => "key: SECRET"));

  expect(files).toEqual({
    "files/etc/a.key": "key: SECRET",
    "secret.sha256": `${sha256("key: SECRET")}  files/etc/a.key\n`,
  });
  expect(keysTar(revision({ files: [PUBLIC] }), () => "")).toBeUndefined();
});

test("the digest names content, mode, actions and the public half of keys, and not the scripts", () => {
  const { digest } = revision();

  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  expect(revision().digest).toBe(digest);
  const others = [
    revision({ files: [{ ...PUBLIC, content: "a = 2\n" }, SECRET] }),
    revision({ files: [{ ...PUBLIC, mode: 0o600 }, SECRET] }),
    revision({ save: [{ action: "pull-image", args: ["pause:1"] }] }),
    revision({}, "f2"),
  ].map((other) => other.digest);
  expect(new Set([digest, ...others]).size).toBe(5);
});

test.each(["a\tb", "a\nb", "a\rb", "a\0b"])("a list refuses %j, which would break it", (value) => {
  expect(() => revision({ run: [{ action: "service", args: [value] }] })).toThrow(
    /^control character in /,
  );
});
