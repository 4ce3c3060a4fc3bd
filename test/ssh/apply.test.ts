/** Real Terraform and real SSH; on the hosts, a stand-in for `step.sh` writes down what reaches it. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostProps } from "../../lib";
import { cluster, filesBelow, Project, resourceOf, type SynthesizedStack } from "../support/stack";
import { Terraform } from "../support/terraform";
import { makeKey, SshHost } from "./host";

/** The hosts' addresses in props, which refuse loopback, and where the servers listen. */
const [DOCUMENTED, LOOPBACK] = ["192.0.2.", "127.0.0."];
const STAND_IN = fs.readFileSync(path.join(__dirname, "stand-in-step.sh"), "utf8");
const AUTO = ["-input=false", "-auto-approve"];
const project = Project.withKeys().unfounded();
const userKey = path.join(project.root, "ssh-key");
const servers: Record<string, SshHost> = {};
let terraform: Terraform;
let stack: SynthesizedStack;

beforeAll(async () => {
  makeKey("ed25519", userKey);
  for (const [name, last] of Object.entries({ "cp-1": 11, "w-1": 21, "w-2": 22 })) {
    const folder = path.join(project.root, "hosts", name);
    servers[name] = await SshHost.start(name, `${LOOPBACK}${last}`, folder, `${userKey}.pub`);
  }
  synth(["w-1"]);
  terraform = await Terraform.init(project.stackDirectory);
}, 120_000);

afterAll(() => {
  for (const server of Object.values(servers)) server.stop();
  project.remove();
});

function server(name: string): SshHost {
  return servers[name] as SshHost;
}

function hostProps(name: string, more: Partial<HostProps> = {}): HostProps {
  const { address, port, hostKey } = server(name);
  return { address: address.replace(LOOPBACK, DOCUMENTED), port, hostKey, ...more };
}

/** Synthesizes with these workers, at the addresses where the servers are and with the stand-in in the bundles. */
function synth(workers: readonly string[], more: Record<string, Partial<HostProps>> = {}): void {
  stack = project.synth(
    cluster({
      controlPlane: {
        hosts: { "cp-1": hostProps("cp-1") },
        ssh: { privateKeyFile: userKey, timeout: "3s" },
      },
      workers: {
        hosts: Object.fromEntries(workers.map((name) => [name, hostProps(name, more[name])])),
      },
    }),
  );
  const file = path.join(project.stackDirectory, "cdk.tf.json");
  fs.writeFileSync(file, project.read("cdk.tf.json").replaceAll(DOCUMENTED, LOOPBACK));
  for (const name of ["cp-1", ...workers])
    standIn(path.join(project.stackDirectory, `bundles/${name}.tar`));
}

/** Puts the stand-in into a bundle. */
function standIn(bundle: string): void {
  const folder = fs.mkdtempSync(path.join(project.root, "bundle-"));
  execFileSync("tar", ["-xf", bundle, "-C", folder]);
  fs.writeFileSync(path.join(folder, "bin/step.sh"), STAND_IN);
  execFileSync("tar", ["-cf", bundle, "-C", folder, "bin", "revision"]);
  fs.rmSync(folder, { recursive: true });
}

/** Steps that reached a host, without what they found. */
function steps(name: string): string[] {
  return server(name)
    .read("journal")
    .split("\n")
    .filter((line) => /^\w/.test(line));
}

describe("the first apply, one step at a time", () => {
  const seen: string[] = [];
  const trace = path.join(project.root, "trace.log");
  let output: string;

  beforeAll(async () => {
    // What anyone on the host can read while the steps run; the last path proves that the watch works.
    fs.writeFileSync(path.join(server("w-1").varLib, "control"), "", { mode: 0o644 });
    const watch = server("w-1").asNobody(`
      cd /var/lib
      while sleep 0.02; do
        for file in cdktf-kubeadm cdktf-kubeadm/upload /root control; do ls "$file" >/dev/null 2>&1 && echo "$file"; done
        for file in bundle.tar keys.tar w-1.save.sh w-1.run.sh w-1.upload.sh; do
          cat "cdktf-kubeadm/upload/$file" >/dev/null 2>&1 && echo "$file"
        done
      done`);
    watch.stdout?.on("data", (data: Buffer) => seen.push(...data.toString().trim().split("\n")));
    await terraform.run("plan", "-input=false", "-out=first.tfplan");
    const apply = await terraform.tryRun(
      "apply",
      ["-input=false", "-parallelism=1", "first.tfplan"],
      {
        TF_LOG: "trace",
        TF_LOG_PATH: trace,
      },
    );
    watch.kill();
    output = apply.stdout + apply.stderr;
    if (apply.code !== 0) throw new Error(output);
  }, 120_000);

  test("brings each host its steps, in order, with the digest of its revision", () => {
    const digest = (name: string) => resourceOf(stack, `${name}_save`).triggers?.revision;
    const [cp, w] = [digest("cp-1"), digest("w-1")];

    expect(steps("w-1")).toEqual([`save ${w}`, `run ${w}`]);
    expect(steps("cp-1")).toEqual([
      `save ${cp}`,
      `run ${cp}`,
      `cluster ${cp} cluster-objects`,
      "token workers 86400",
      `cluster ${cp} kube-proxy`,
      `cluster ${cp} coredns`,
      "roster",
    ]);
  });

  test("takes four connections for a save and one for a run", () => {
    expect(server("w-1").connections).toBe(5);
  });

  test("finds a folder of its own for uploads, which nobody else can look into", () => {
    const [found] = server("w-1").read("journal").split("\nrun ");

    expect(found?.split("\n").slice(1)).toEqual([
      "  711 0 /var/lib/cdktf-kubeadm",
      "  700 0 /var/lib/cdktf-kubeadm/upload",
      expect.stringMatching(/ 0 \/var\/lib\/cdktf-kubeadm\/upload\/bundle\.tar$/),
      expect.stringMatching(/ 0 \/var\/lib\/cdktf-kubeadm\/upload\/keys\.tar$/),
    ]);
    expect(seen.length).toBeGreaterThan(20);
    expect(new Set(seen)).toEqual(new Set(["control"]));
  });

  test("says which host and step each line of output is from", () => {
    expect(output).toMatch(/^null_resource\.w-1_save: Creation complete/m);
    expect(output).toMatch(/^null_resource\.cp-1_run: Creation complete/m);
  });

  test("leaves no secret in output, plan, state and trace, and nobody's reach", () => {
    const markers = secretMarkers();
    const bundles = path.join(project.pkiDir, ".bundles");
    const uploaded = Object.values(filesBelow(bundles)).join("\n");
    const visible = {
      ...project.output(),
      ...unzipped(path.join(project.stackDirectory, "first.tfplan")),
      trace: fs.readFileSync(trace, "latin1"),
      stdout: output,
    };

    expect(Object.keys(visible)).toEqual(
      expect.arrayContaining(["tfplan", "tfstate", "stacks/test/terraform.tfstate"]),
    );
    for (const [name, text] of Object.entries(visible)) {
      expect([name, markers.filter((marker) => text.includes(marker))]).toEqual([name, []]);
    }
    // Every key of a host is in what was uploaded: else nothing above could have been found.
    expect(markers.filter((marker) => uploaded.includes(marker)).length).toBeGreaterThan(30);
    expect(fs.statSync(bundles).mode & 0o777).toBe(0o700);
    for (const file of fs.readdirSync(bundles)) {
      expect(fs.statSync(path.join(bundles, file)).mode & 0o777).toBe(0o600);
    }
  });
});

describe("a host that comes", () => {
  test("is not spoken to when it shows another host key", async () => {
    synth(["w-1", "w-2"], { "w-2": { hostKey: server("w-1").hostKey } });

    const apply = await terraform.tryRun("apply", AUTO);

    expect(apply.code).toBe(1);
    expect(apply.stderr).toContain("null_resource.w-2_save");
    expect(apply.stderr).toMatch(/host key|knownhosts/);
    expect(server("w-2").connections).toBe(0);
    expect(fs.readdirSync(server("w-2").varLib)).toEqual([]);
  });

  test("and fails is named in the error with its step, and the cause is the last line of its output", async () => {
    fs.writeFileSync(path.join(server("w-2").varLib, "fail-save"), "");
    synth(["w-1", "w-2"]);

    const apply = await terraform.tryRun("apply", AUTO);

    expect(apply.code).toBe(1);
    expect(apply.stderr).toMatch(
      /error executing\s+"\/var\/lib\/cdktf-kubeadm\/upload\/w-2\.save\.sh"/,
    );
    expect(apply.stderr).toMatch(/Process exited\s+with\s+status\s+17/);
    const lines = apply.stdout
      .split("\n")
      .filter((line) => line.startsWith("null_resource.w-2_save (remote-exec): "));
    expect(lines.at(-1)).toMatch(/: w-2: etcd: no space left on \/var\/lib; make room\s*$/);
    expect(steps("w-2").map((step) => step.split(" ")[0])).toEqual(["save"]);
    expect(fs.readdirSync(server("w-2").home).filter((file) => file.endsWith(".sh"))).toEqual([]);
  });

  test("and is taken out again after it failed is cleaned, and no other host is", async () => {
    synth(["w-1"]);

    const apply = await terraform.tryRun("apply", AUTO);

    expect([apply.code, apply.stderr]).toEqual([0, ""]);
    expect(steps("w-2").at(-1)).toBe("clean");
    expect(fs.existsSync(path.join(server("w-2").varLib, "cdktf-kubeadm"))).toBe(false);
    expect([...steps("w-1"), ...steps("cp-1")]).not.toContain("clean");
  });
});

test("destroying everything cleans every host, and one that has nothing of ours is clean already", async () => {
  synth(["w-1"]);
  fs.rmSync(path.join(server("w-1").varLib, "cdktf-kubeadm"), { recursive: true });

  const destroy = await terraform.tryRun("destroy", AUTO);

  expect([destroy.code, destroy.stderr]).toEqual([0, ""]);
  expect(destroy.stdout).toMatch(
    /workers\["w-1"\] \(remote-exec\): .*clean: nothing of ours is here/,
  );
  expect(steps("cp-1").at(-1)).toBe("clean");
  expect(steps("w-1")).not.toContain("clean");
});

test("no failure and no removal left a secret in plan, state or backup either", () => {
  const markers = secretMarkers();
  const output = project.output();

  expect(Object.keys(output)).toContain("stacks/test/terraform.tfstate.backup");
  for (const [name, text] of Object.entries(output)) {
    expect([name, markers.filter((marker) => text.includes(marker))]).toEqual([name, []]);
  }
});

/** A line from the middle of each secret, as it is and as a kubeconfig would hold it. */
function secretMarkers(): string[] {
  const keys = [
    ...Object.entries(filesBelow(project.pkiDir)),
    ["ssh.key", fs.readFileSync(userKey, "latin1")] as const,
  ];
  const raw = keys.flatMap(([name, text]) => {
    if (name.endsWith(".key")) return text.split("\n").slice(2, 4);
    if (name.endsWith(".token")) return [text.trim().split(".")[1] as string];
    return [];
  });
  const encoded = keys.flatMap(([name, text]) =>
    name.endsWith(".key") ? [Buffer.from(text, "latin1").toString("base64").slice(200, 280)] : [],
  );
  return [...raw, ...encoded];
}

/** What a zip archive holds, by name, as latin1. */
function unzipped(archive: string): Record<string, string> {
  const bytes = fs.readFileSync(archive);
  const files: Record<string, string> = {};
  // The central directory: one header an entry, which says where the entry itself is.
  for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4)) {
    const [size, nameLength, start] = [20, 28, 42].map((offset) =>
      offset === 28 ? bytes.readUInt16LE(at + offset) : bytes.readUInt32LE(at + offset),
    ) as [number, number, number];
    const name = bytes.toString("latin1", at + 46, at + 46 + nameLength);
    const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const data = bytes.subarray(from, from + size);
    const isStored = bytes.readUInt16LE(at + 10) === 0;
    files[name] = (isStored ? data : inflateRawSync(data)).toString("latin1");
  }
  return files;
}
