/**
 * Recordings of real kubeadm, so that the comparison can run where there is none. Made anew by
 * `FIDELITY_RECORD=1 npm run test:fidelity -- -t recording`.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Case } from "./case";
import { type EtcdFiles, kinds } from "./cases";
import { groupsOfPairs } from "./pairs";
import { caseOf, SETTINGS } from "./settings";
import type { TreeMap } from "./tree";

/** Releases of kubeadm that are compared with: one of each minor. */
export const VERSIONS = ["1.34.4", "1.35.4", "1.36.3", "1.37.2"] as const;

const FOLDER = path.join(__dirname, "../golden/kubeadm");

const KINDS = ["defaults", "external etcd", "dual stack, IPv6 first"];

/** Cases of which recordings are kept; the last one is of many settings together. */
export function recordedCases(etcdFiles: EtcdFiles): readonly Case[] {
  const [settings = []] = groupsOfPairs(SETTINGS);
  return [
    ...kinds(etcdFiles).filter(({ name }) => KINDS.includes(name)),
    { ...caseOf(settings), name: "many settings" },
  ];
}

/** Keeps what kubeadm made of a case. */
export function record(version: string, example: Case, theirs: TreeMap): void {
  fs.mkdirSync(path.join(FOLDER, version), { recursive: true });
  fs.writeFileSync(fileOf(version, example), `${JSON.stringify(theirs, undefined, 1)}\n`);
}

/** What kubeadm made of a case. @throws when there is no recording */
export function recorded(version: string, example: Case): TreeMap {
  return JSON.parse(fs.readFileSync(fileOf(version, example), "utf8")) as TreeMap;
}

function fileOf(version: string, { name }: Case): string {
  return path.join(FOLDER, version, `${name.replace(/\W+/g, "-").toLowerCase()}.json`);
}
