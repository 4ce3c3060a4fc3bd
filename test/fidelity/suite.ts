/** The comparison with one release of kubeadm, as tests. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureKubeadm } from "../../lab/go-build";
import { Progress } from "../../lab/progress";
import { imagesFor } from "../../lib/model/versions";
import type { Case } from "./case";
import { EXTERNAL_CA, etcdFilesIn, kinds } from "./cases";
import type { KnownDifference, Way } from "./compare";
import { KNOWN_DIFFERENCES } from "./differences";
import { anyCase } from "./draw";
import { listImages } from "./kubeadm";
import { changed } from "./mutate";
import { isValid, makeStartingKeys } from "./ours";
import { groupsOfPairs } from "./pairs";
import { record, recorded, recordedCases } from "./recorded";
import { caseOf, SETTINGS, SLOW_SETTINGS } from "./settings";
import { type Bench, byDryRun, byPhases, judge } from "./side-by-side";
import { leaves, SEPARATOR, type TreeMap, valueAt, withValueAt } from "./tree";

/** Fields with a value of our own, which may be any: rows of the table say so. */
const UNCOMPARED: readonly string[] = [];

/** The message is the whole text: a shortened one says nothing. */
function expectNothing(unknown: string): void {
  expect(unknown, unknown).toBe("");
}

/** Compares with one release. Shape of `version`: without the leading "v". */
export function compareWith(version: string): void {
  const minor = Number(version.split(".")[1]);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-fidelity-"));
  const etcdFiles = etcdFilesIn(folder);
  const seen = new Set<KnownDifference>();
  let bench: Bench;

  const unknownIn = async (example: Case, way: Way = "dry run"): Promise<string> => {
    const sides = await (way === "dry run" ? byDryRun : byPhases)(bench, example);
    const verdict = judge(sides, minor, example.name, way);
    for (const row of verdict.seen) seen.add(row);
    return verdict.unknown.join("\n");
  };

  beforeAll(async () => {
    const program = await ensureKubeadm(version, new Progress(console.log));
    bench = { kubeadm: { program, version }, keys: makeStartingKeys(folder, version) };
  });

  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test("images are those of the version table", async () => {
    const { kubeApiServer, kubeControllerManager, kubeScheduler, kubeProxy, coreDns, pause, etcd } =
      imagesFor({ kubernetesVersion: version, imageRepository: "registry.k8s.io" });

    expect(await listImages(bench.kubeadm)).toEqual([
      kubeApiServer,
      kubeControllerManager,
      kubeScheduler,
      kubeProxy,
      coreDns,
      pause,
      etcd,
    ]);
  });

  describe.concurrent.each(kinds(etcdFiles))("$name", (example) => {
    test.each(["dry run", "phases"] as const)("%s", async (way) => {
      expectNothing(await unknownIn(example, way));
    });
  });

  test("external CA", async () => {
    expectNothing(await unknownIn(EXTERNAL_CA, "phases"));
  });

  test.each(recordedCases(etcdFiles))("the recording is up to date: $name", async (example) => {
    const { theirs } = await byDryRun(bench, example);
    if (process.env.FIDELITY_RECORD === "1") record(version, example, theirs);

    expect(recorded(version, example)).toEqual(theirs);
  });

  test.concurrent.each([...SETTINGS, ...SLOW_SETTINGS])("$name", async (setting) => {
    expectNothing(await unknownIn(caseOf([setting])));
  });

  test.concurrent.each(groupsOfPairs(SETTINGS).map(caseOf))("together: $name", async (example) => {
    expectNothing(await unknownIn(example));
  });

  test("configurations at random", async () => {
    const seed = Number(process.env.FIDELITY_SEED ?? Date.now() % 2 ** 31);
    const numRuns = Number(process.env.FIDELITY_RUNS ?? 5);
    console.log(`${version}: FIDELITY_SEED=${seed} FIDELITY_RUNS=${numRuns}`);

    const property = fc.asyncProperty(anyCase, async (example) => {
      fc.pre(isValid(example, version));
      expectNothing(await unknownIn(example));
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
  });

  test("a change of any field of ours is found, but where a row takes anything", async () => {
    const example = { name: "defaults", props: {} };
    const { ours, theirs } = await byDryRun(bench, example);

    const fields = leaves(ours);
    const missed = fields.filter((place) => {
      const mutant = withValueAt(ours, place, changed) as TreeMap;
      return judge({ ours: mutant, theirs }, minor, example.name, "dry run").unknown.length === 0;
    });

    expect(fields.length).toBeGreaterThan(1000);
    // What kubeadm does not have at all: there is nothing to compare with.
    const alone = missed.filter((place) => valueAt(theirs, place.slice(0, -1)) !== undefined);
    const names = alone.map((place) => place.join(SEPARATOR)).join("\n");
    expect(names, names).toEqual(UNCOMPARED.join("\n"));
  });

  test("every known difference was seen", () => {
    const unseen = KNOWN_DIFFERENCES.filter(
      (row) => (row.minors === undefined || row.minors.includes(minor)) && !seen.has(row),
    );

    expect(unseen.map(({ field }) => field)).toEqual([]);
  });
}
