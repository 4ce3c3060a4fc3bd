/** The package as users get it: packed, installed, and used from plain JavaScript. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../lab/command";
import { HOST_KEY } from "./support/stack";
import { Terraform } from "./support/terraform";

const REPOSITORY = path.join(__dirname, "..");
const root = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-package-"));
const stack = path.join(root, "cdktf.out/stacks/prod");
const installed = path.join(root, "node_modules/cdktf-kubeadm");

/** CommonJS, as `node main.js` reads it. */
const MAIN = `
const { App, TerraformStack } = require("cdktf");
const { Addons, bridgeNetwork, ControlPlane, NodeJoin } = require("cdktf-kubeadm");
const app = new App();
const stack = new TerraformStack(app, "prod");
const host = (address) => ({ address, hostKey: ${JSON.stringify(HOST_KEY)} });
const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: "1.36.3",
  networking: { podSubnet: "10.244.0.0/16" },
  ssh: { privateKeyFile: "~/.ssh/id_ed25519" },
  hosts: { "cp-1": host("192.0.2.11") },
});
new NodeJoin(stack, "workers", { controlPlane, hosts: { "w-1": host("192.0.2.21") } });
new Addons(stack, "addons", { controlPlane, network: bridgeNetwork() });
app.synth();
`;

beforeAll(async () => {
  const packed = await run("npm", ["pack", "--silent", "--pack-destination", root], {
    cwd: REPOSITORY,
  });
  // What the package needs is taken from this checkout, so that nothing is fetched.
  const { dependencies, peerDependencies } = manifestOf(REPOSITORY);
  const needed = Object.keys({ ...dependencies, ...peerDependencies });
  fs.mkdirSync(path.join(root, "node_modules"));
  const own = packed.trim().split("\n").at(-1) as string;
  fs.writeFileSync(path.join(root, "main.js"), MAIN);
  fs.writeFileSync(
    path.join(root, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: {
        "cdktf-kubeadm": `file:${own}`,
        ...Object.fromEntries(
          needed.map((name) => [name, `file:${path.join(REPOSITORY, "node_modules", name)}`]),
        ),
      },
    }),
  );
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: root,
  });
  await run(process.execPath, ["main.js"], { cwd: root });
}, 180_000);

afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

describe("the package", () => {
  test("is a copy of its own, not a link into this checkout", () => {
    expect(fs.lstatSync(installed).isSymbolicLink()).toBe(false);
    expect(fs.existsSync(path.join(installed, "lib"))).toBe(false);
  });

  test("synthesizes a stack that is valid Terraform", async () => {
    const terraform = await Terraform.init(stack);

    const answer = JSON.parse(await terraform.run("validate", "-json"));

    expect(answer).toMatchObject({ valid: true, diagnostics: [] });
  });

  test("brings every host script that the repository has", async () => {
    const scripts = fs
      .readdirSync(path.join(REPOSITORY, "lib/host"))
      .filter((f) => f.endsWith(".sh"));

    const listing = await run("tar", ["-tf", path.join(stack, "bundles/w-1.tar")]);

    const bundled = listing.split("\n").filter((line) => /^bin\/.+/.test(line));
    expect(bundled.sort()).toEqual(scripts.map((name) => `bin/${name}`).sort());
    expect(bundled.length).toBeGreaterThan(10);
  });

  test("has types for all that it exports", () => {
    const { types, main } = manifestOf(installed);

    const exported = Object.keys(require(path.join(installed, main)));
    const declared = fs.readFileSync(path.join(installed, types), "utf8");
    expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(declared))).toEqual([]);
    expect(exported).toEqual(
      expect.arrayContaining(["Addons", "ControlPlane", "EtcdCluster", "NodeJoin"]),
    );
  });

  test("has a command that tells its version and what is in a key directory", async () => {
    const command = path.join(root, "node_modules/.bin/cdktf-kubeadm");

    const version = await run(command, ["--version"]);
    const status = await run(command, ["pki", "status", path.join(root, "pki/prod")]);

    expect(version).toBe(manifestOf(REPOSITORY).version);
    expect(status).toMatch(/^CERTIFICATE +SUBJECT +EXPIRES +DAYS LEFT +KEY$/m);
    expect(status).toMatch(
      /^hosts\/cp-1\/apiserver +CN=kube-apiserver +\d{4}-\S+ +36[45] +at hand$/m,
    );
  });

  test("has no tests, no lab and no keys in it", () => {
    expect(fs.readdirSync(installed).sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "dist", "docs", "package.json"].sort(),
    );
    expect(fs.readdirSync(path.join(installed, "dist")).sort()).toEqual(["bin", "lib"]);
  });
});

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}
