import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WrittenTree } from "../../lib/delivery/written-tree";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-tree-"));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function synth(files: readonly string[]): void {
  const tree = new WrittenTree(root, files);
  for (const file of files) tree.write(file, `text of ${file}\n`);
}

const found = (): string[] =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

test("a host that left is gone, with its folders", () => {
  synth(["hosts/w-1/etc/a.conf", "hosts/w-2/etc/a.conf", "bundles/w-2.tar"]);

  synth(["hosts/w-1/etc/a.conf", "bundles/w-1.tar"]);

  expect(found()).toEqual([
    "bundles",
    "bundles/w-1.tar",
    "hosts",
    "hosts/w-1",
    "hosts/w-1/etc",
    "hosts/w-1/etc/a.conf",
  ]);
});

test("a file may become a folder, and a folder a file", () => {
  synth(["hosts/w-1/a", "hosts/w-1/b/c"]);

  synth(["hosts/w-1/a/c", "hosts/w-1/b"]);

  expect(fs.readFileSync(path.join(root, "hosts/w-1/a/c"), "utf8")).toBe("text of hosts/w-1/a/c\n");
  expect(fs.readFileSync(path.join(root, "hosts/w-1/b"), "utf8")).toBe("text of hosts/w-1/b\n");
});

test("what lies beside the folders of the tree stays", () => {
  fs.writeFileSync(path.join(root, "cdk.tf.json"), "{}");
  fs.mkdirSync(path.join(root, ".terraform"));

  synth(["hosts/w-1/a"]);
  synth(["hosts/w-1/a"]);

  expect(found()).toEqual([".terraform", "cdk.tf.json", "hosts", "hosts/w-1", "hosts/w-1/a"]);
});
