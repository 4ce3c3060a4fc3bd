/** The comparison with one release of kubeadm, as tests. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureKubeadm } from "../../lab/go-build";
import { Progress } from "../../lab/progress";
import { imagesFor } from "../../lib/model/versions";
import type { Case } from "./case";
import { kinds } from "./cases";
import type { KnownDifference, Way } from "./compare";
import { KNOWN_DIFFERENCES } from "./differences";
import { listImages } from "./kubeadm";
import { makeStartingKeys } from "./ours";
import { groupsOfPairs } from "./pairs";
import { caseOf, SETTINGS, SLOW_SETTINGS } from "./settings";
import { type Bench, byDryRun, byPhases, judge } from "./side-by-side";

/** The message is the whole text: a shortened one says nothing. */
function expectNothing(unknown: string): void {
  expect(unknown, unknown).toBe("");
}

/** Compares with one release. Shape of `version`: without the leading "v". */
export function compareWith(version: string): void {
  const minor = Number(version.split(".")[1]);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-fidelity-"));
  const etcdFiles = {
    caFile: path.join(folder, "etcd/ca.crt"),
    certFile: path.join(folder, "hosts/cp-1/apiserver-etcd-client.crt"),
    keyFile: path.join(folder, "hosts/cp-1/apiserver-etcd-client.key"),
  };
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

  describe.each(kinds(etcdFiles))("$name", (example) => {
    test.each(["dry run", "phases"] as const)("%s", async (way) => {
      expectNothing(await unknownIn(example, way));
    });
  });

  test.each([...SETTINGS, ...SLOW_SETTINGS])("$name", async (setting) => {
    expectNothing(await unknownIn(caseOf([setting])));
  });

  test.each(groupsOfPairs(SETTINGS).map(caseOf))("together: $name", async (example) => {
    expectNothing(await unknownIn(example));
  });

  test("every known difference was seen", () => {
    const unseen = KNOWN_DIFFERENCES.filter(
      (row) => (row.minors === undefined || row.minors.includes(minor)) && !seen.has(row),
    );

    expect(unseen.map(({ field }) => field)).toEqual([]);
  });
}
