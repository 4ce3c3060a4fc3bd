/** Who founded the etcd cluster: recorded once, because only founders may ever start a new one. */
import { KeyDirectory } from "./directory";

const FILE = "etcd/founders.txt";

/**
 * Names of the founders, also of those that are no longer among these hosts.
 *
 * On first use all hosts are recorded in `etcd/founders.txt`; after that the file is only read. If the file was lost,
 * hosts that have member certificates already are taken for the founders.
 *
 * Shape of the file: one name a line, sorted; meant to be committed.
 */
export function readFounders(directory: string, names: readonly string[]): readonly string[] {
  const files = new KeyDirectory(directory);
  const recorded = files.read(FILE);
  if (recorded === undefined) {
    const members = names.filter((name) => files.read(`hosts/${name}/etcd/peer.crt`) !== undefined);
    const founders = [...(members.length > 0 ? members : names)].sort();
    files.write(FILE, founders.map((name) => `${name}\n`).join(""));
    return founders;
  }
  return recorded.split("\n").flatMap((line) => line.trim() || []);
}
