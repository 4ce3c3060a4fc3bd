import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../lab/command";
import { type Plan, Terraform } from "./support/terraform";

const EXAMPLES = path.join(__dirname, "../examples");
const TSX = require.resolve("tsx/cli");

const names = fs
  .readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe.each(names)("the example %s", (name) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-example-"));
  const outdir = path.join(root, "cdktf.out");
  const stack = path.join(outdir, "stacks", name);
  let terraform: Terraform;
  let plan: Plan;

  beforeAll(async () => {
    // Keys and state go below the working directory, so that nothing is left in the example's folder.
    const settings = { cwd: root, env: { CDKTF_OUTDIR: outdir } };
    await run(process.execPath, [TSX, path.join(EXAMPLES, name, "main.ts")], settings);
    terraform = await Terraform.init(stack);
    plan = await terraform.plan();
  }, 120_000);

  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  test("is valid Terraform", async () => {
    const answer = JSON.parse(await terraform.run("validate", "-json"));

    expect(answer).toMatchObject({ valid: true, diagnostics: [] });
  });

  test("only adds, and saves and runs every host", () => {
    const hosts = fs.readdirSync(path.join(stack, "hosts"));
    const addresses = plan.resource_changes.map(({ address }) => address);

    expect(new Set(plan.resource_changes.flatMap(({ change }) => change.actions))).toEqual(
      new Set(["create"]),
    );
    for (const host of hosts) {
      expect(addresses).toContain(`null_resource.${host}_save`);
      expect(addresses).toContain(`null_resource.${host}_run`);
    }
    expect(hosts.length).toBeGreaterThan(1);
  });

  test("keeps private keys out of the synth output", () => {
    const keys = findFiles(path.join(root, "pki"), (file) => file.endsWith(".key"));
    const output = findFiles(outdir, () => true).map((file) => fs.readFileSync(file, "latin1"));

    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      const pem = fs.readFileSync(key, "latin1");
      // Two middle lines of the key, as they are and as a kubeconfig would hold them.
      const secret = pem.split("\n").slice(2, 4).join("\n");
      const encoded = Buffer.from(pem, "latin1").toString("base64").slice(120, 200);
      expect(output.filter((text) => text.includes(secret) || text.includes(encoded))).toEqual([]);
    }
  });
});

function findFiles(directory: string, wanted: (file: string) => boolean): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(wanted);
}
