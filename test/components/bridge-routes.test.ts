/** The script that the bridge network leaves on a host, run with a stand-in for `ip` and a folder for /proc. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = join(__dirname, "../../lib/host/bridge-routes.sh");
const ROUTE = "10.244.0.0/16 dev eth1 scope link";

/** Knows one address, 10.0.0.11 on eth1, and writes down what changes routes. */
const IP = `#!/bin/sh
case "$*" in
  "-4 -o addr show to 10.0.0.11/32") echo "3: eth1    inet 10.0.0.11/24 scope global eth1" ;;
  *addr*) ;;
  *) echo "$*" >>"$CALLS" ;;
esac
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bridge-routes-"));
  writeFileSync(join(root, "ip"), IP);
  chmodSync(join(root, "ip"), 0o755);
  writeFileSync(join(root, "calls"), "");
  for (const [path, value] of [
    ["neigh/eth1/proxy_delay", "80\n"],
    ["conf/eth1/proxy_arp", "0\n"],
  ] as const) {
    const file = join(root, "proc/sys/net/ipv4", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, value);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function run(...args: string[]): { status: number | null; stderr: string; calls: string[] } {
  writeFileSync(join(root, "calls"), "");
  const { status, stderr } = spawnSync("sh", [SCRIPT, ...args], {
    encoding: "utf8",
    env: {
      PATH: `${root}:${process.env.PATH}`,
      CDKTF_KUBEADM_ROOT: root,
      CALLS: join(root, "calls"),
    },
  });
  const calls = readFileSync(join(root, "calls"), "utf8").split("\n").slice(0, -1);
  return { status, stderr, calls };
}

const value = (path: string) => readFileSync(join(root, "proc/sys/net/ipv4", path), "utf8").trim();

test("up makes the route and answers for pods at once, however often it runs", () => {
  for (const _ of ["first", "again"]) {
    const ended = run("up", "10.0.0.11", "10.244.0.0/16");

    expect(ended).toMatchObject({ status: 0, calls: [`-4 route replace ${ROUTE}`] });
    expect(value("conf/eth1/proxy_arp")).toBe("1");
    expect(value("neigh/eth1/proxy_delay")).toBe("0");
  }
});

test("down takes both away", () => {
  run("up", "10.0.0.11", "10.244.0.0/16");

  const ended = run("down", "10.0.0.11", "10.244.0.0/16");

  expect(ended).toMatchObject({ status: 0, calls: [`-4 route del ${ROUTE}`] });
  expect(value("conf/eth1/proxy_arp")).toBe("0");
});

test("down is content when no interface holds the address", () => {
  expect(run("down", "10.0.0.99", "10.244.0.0/16")).toMatchObject({ status: 0, calls: [] });
});

test("another number of arguments is refused", () => {
  expect(run("up", "10.0.0.11").status).toBe(2);
});
