/** Runs both sides of a case and tells in which fields they differ against what is known. */
import type { Case } from "./case";
import { type Difference, differences, type KnownDifference, knownAs, type Way } from "./compare";
import { KNOWN_DIFFERENCES } from "./differences";
import { dryRun, type Kubeadm, phases } from "./kubeadm";
import { observe } from "./observe";
import { externalEtcdFiles, render, type StartingKeys } from "./ours";
import type { Raw } from "./raw";
import { isMap, type TreeMap } from "./tree";

/** What a comparison found. */
export interface Verdict {
  /** Shape: `<field>: kubeadm <value>, we <value>`; none is what a test wants. */
  readonly unknown: readonly string[];
  readonly seen: readonly KnownDifference[];
}

/** Both sides of a case, as trees with the same parts. */
export interface BothSides {
  readonly ours: TreeMap;
  readonly theirs: TreeMap;
}

/** The kubeadm to compare with, and keys to begin with. */
export interface Bench {
  readonly kubeadm: Kubeadm;
  readonly keys: StartingKeys;
}

/** Both sides by a dry run. */
export async function byDryRun({ kubeadm, keys }: Bench, example: Case): Promise<BothSides> {
  const ours = render(example, kubeadm.version, keys);
  const theirs = await dryRun(kubeadm, example, externalEtcdFiles(example));
  // A dry run makes no directory of its own.
  return {
    ours: without(observe(ours), "directory"),
    theirs: without(observe(theirs), "directory"),
  };
}

/** Both sides by phases that are run for real: files with directories and modes, and the addons. */
export async function byPhases({ kubeadm, keys }: Bench, example: Case): Promise<BothSides> {
  const ours: Raw = render(example, kubeadm.version, keys);
  const run = await phases(kubeadm, example, externalEtcdFiles(example));
  const nothing = { node: { labels: {}, taints: [] }, images: [], links: {} };
  // Each phase is a process of its own: certificates of two phases are a moment apart.
  const [our, their] = [
    { ...ours, ...nothing, links: ours.links },
    { ...nothing, ...run },
  ].map((raw) => observe(raw, { roundSeconds: 60 })) as [TreeMap, TreeMap];
  return { ours: { ...our, object: onlyWhatIsIn(our.object, their.object) }, theirs: their };
}

/** What of the differences is known and what is not. */
export function judge(
  { ours, theirs }: BothSides,
  minor: number,
  caseName: string,
  way: Way,
): Verdict {
  const found = differences(ours, theirs).map((difference) => ({
    difference,
    row: knownAs(difference, KNOWN_DIFFERENCES, { minor, caseName, way }),
  }));
  return {
    unknown: found.flatMap(({ difference, row }) => (row ? [] : [lineOf(difference)])),
    seen: found.flatMap(({ row }) => row ?? []),
  };
}

function lineOf({ field, ours, theirs }: Difference): string {
  const short = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
  return `${field}: kubeadm ${short(theirs)}, we ${short(ours)}`;
}

function without(tree: TreeMap, name: string): TreeMap {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => key !== name));
}

/** Phases print the addons only: the other objects of ours have nothing to stand beside. */
function onlyWhatIsIn(
  all: TreeMap[string] | undefined,
  some: TreeMap[string] | undefined,
): TreeMap {
  const [objects, printed] = [isMap(all) ? all : {}, isMap(some) ? some : {}];
  return Object.fromEntries(Object.entries(objects).filter(([name]) => name in printed));
}
