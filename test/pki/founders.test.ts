import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFounders } from "../../lib/pki";
import { filesBelow, put, temporaryDirectories } from "./support";

const directories = temporaryDirectories();

test("on first use all hosts are founders, and are recorded", () => {
  const directory = directories();

  expect(readFounders(directory, ["cp-2", "cp-1"])).toEqual(["cp-1", "cp-2"]);
  expect(filesBelow(directory)["etcd/founders.txt"]).toBe("644 cp-1\ncp-2\n");
});

test("after that the record is what it was, whoever comes or leaves", () => {
  const directory = directories();
  readFounders(directory, ["cp-1", "cp-2"]);
  const before = filesBelow(directory);

  expect(readFounders(directory, ["cp-3", "cp-2"])).toEqual(["cp-1", "cp-2"]);
  expect(filesBelow(directory)).toEqual(before);
});

test("when the record is lost, only hosts that have member certificates already are founders", () => {
  const directory = directories();
  readFounders(directory, ["cp-1", "cp-2"]);
  put(directory, "hosts/cp-2/etcd/peer.crt", "a certificate");
  rmSync(join(directory, "etcd/founders.txt"));

  expect(readFounders(directory, ["cp-1", "cp-2", "cp-3"])).toEqual(["cp-2"]);
});
