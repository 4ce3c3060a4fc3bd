/** What a plan must not need and must not hold, so that anyone can review it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cluster, filesBelow, type SynthesizedStack } from "../support/stack";
import { Applied, Changes } from "./support";

let applied: Applied;
let stack: SynthesizedStack;

beforeAll(async () => {
  applied = await Applied.create(cluster());
  stack = applied.change(cluster());
});

afterAll(() => applied.remove());

/** Every trigger of the stack: [resource, key, value]. */
function triggers(): [string, string, string][] {
  return Object.entries(stack.resource.null_resource).flatMap(([name, { triggers = {} }]) =>
    Object.entries(triggers).map(([key, value]): [string, string, string] => [name, key, value]),
  );
}

describe("a review", () => {
  test("finds valid Terraform", async () => {
    const answer = JSON.parse(await applied.terraform.run("validate", "-json"));

    expect(answer).toMatchObject({ valid: true, diagnostics: [] });
  });

  test("needs no private key, no token and no SSH key", async () => {
    const review = applied.project;
    applied.change(cluster());
    for (const file of Object.keys(filesBelow(review.pkiDir))) {
      if (/\.(key|token|conf)$/.test(file)) fs.rmSync(path.join(review.pkiDir, file));
    }
    fs.rmSync(path.join(review.pkiDir, ".bundles"), { recursive: true });

    review.synth(cluster({ controlPlane: { ssh: { privateKeyFile: "no/such/file" } } }));
    const plan = new Changes(await applied.terraform.plan());

    expect(plan.summary).toEqual({});
    expect(
      Object.keys(filesBelow(review.pkiDir)).filter((f) => !/\.(crt|pub|txt|gitignore)$/.test(f)),
    ).toEqual([]);
  });

  test("sees nothing when only our scripts changed", async () => {
    applied.change(cluster());
    const changed = path.join(applied.project.stackDirectory, "host/leave.sh");
    fs.appendFileSync(changed, "# another version of this library\n");
    for (const file of Object.keys(applied.project.output()).filter((f) => f.endsWith(".tar"))) {
      fs.appendFileSync(path.join(applied.project.root, "cdktf.out", file), "other scripts");
    }

    const plan = new Changes(await applied.terraform.plan());

    expect(plan.summary).toEqual({});
  });

  test("sees nothing when keys moved to another folder", async () => {
    const moved = path.join(applied.project.root, "elsewhere");
    applied.change(cluster());
    fs.cpSync(applied.project.pkiDir, moved, { recursive: true });

    const plan = await applied.plan(cluster({ controlPlane: { pkiDir: moved } }));

    expect(plan.summary).toEqual({});
  });
});

describe("the stack", () => {
  test("is the same wherever it is synthesized", () => {
    const other = applied.project.fork();

    other.synth(cluster());
    applied.project.synth(cluster());

    expect(other.read("cdk.tf.json")).toBe(applied.project.read("cdk.tf.json"));
    expect(other.read("cdk.tf.json")).not.toContain(other.root);
    other.remove();
  });

  test("reads no file before a step runs", () => {
    const calls = JSON.stringify(stack).match(/file\w*\([^)]*\)?/g) ?? [];

    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => !call.startsWith("file(self.id == "))).toEqual([]);
  });

  test("has triggers that a plan shows on one line each", () => {
    expect(triggers().length).toBeGreaterThan(500);
    expect(triggers().filter(([, , value]) => value === "" || /[\n\r]/.test(value))).toEqual([]);
    expect(triggers().filter(([, key]) => key.length >= 150 || /["\\\n]/.test(key))).toEqual([]);
  });

  test("refers to no other resource in a trigger but to the key of its pool", () => {
    const references = triggers().filter(([, key, value]) => /(?<!\$)\$\{/.test(key + value));

    expect(new Set(references.map(([name]) => name))).toEqual(
      new Set(["control-plane", "workers"]),
    );
    expect(
      references.every(([, , value]) =>
        /^\$\{each\.(key|value\.\w+)\}$|^\$\{each\.value\["\w+"\]\}$/.test(value),
      ),
    ).toBe(true);
  });
});
