/** Runs both sides of a case and tells in which fields they differ against what is known. */
import type { Case } from "./case";
import { type Difference, differences, type KnownDifference, knownAs, type Way } from "./compare";
import { KNOWN_DIFFERENCES } from "./differences";
import { dryRun, type Kubeadm, phases, type Seeds } from "./kubeadm";
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

/** Our side, to stand beside a dry run, which makes no directory of its own. */
export function ourSide(example: Case, version: string, keys: StartingKeys): TreeMap {
  return without(observe(render(example, version, keys)), "directory");
}

/** Both sides by a dry run. */
export async function byDryRun({ kubeadm, keys }: Bench, example: Case): Promise<BothSides> {
  const theirs = await dryRun(kubeadm, example, externalEtcdFiles(example));
  return {
    ours: ourSide(example, kubeadm.version, keys),
    theirs: without(observe(theirs), "directory"),
  };
}

/** Both sides by phases that are run for real: files with directories and modes, and the addons. */
export async function byPhases({ kubeadm, keys }: Bench, example: Case): Promise<BothSides> {
  const ours: Raw = render(example, kubeadm.version, keys);
  const seeds = { ...externalEtcdFiles(example), ...filesOfExternalCa(example, ours) };
  const run = await phases(kubeadm, example, seeds);
  // The kubelet's pair is made on the host: a kubeconfig that was there before is compared as it is.
  const links = Object.keys(seeds).some((path) => path.endsWith("/kubelet.conf")) ? {} : ours.links;
  const nothing = { node: { labels: {}, taints: [] }, images: [], links };
  // Each phase is a process of its own: certificates of two phases are a moment apart.
  const [our, their] = [
    { ...ours, ...nothing },
    { ...nothing, ...run },
  ].map((raw) => observe(raw, { roundSeconds: 60 })) as [TreeMap, TreeMap];
  return { ours: { ...our, object: onlyWhatIsIn(our.object, their.object) }, theirs: their };
}

/** Where the CA's key is elsewhere, all that it signed must be there before kubeadm comes. */
function filesOfExternalCa({ props }: Case, { files }: Raw): Seeds {
  if (props.externalCa !== true) return {};
  return Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => /\.(crt|key|pub)$|^\/etc\/kubernetes\/[^/]+\.conf$/.test(path))
      .map(([path, { text }]) => [path, text]),
  );
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
