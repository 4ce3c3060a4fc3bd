/** Reads what `kubeadm init --dry-run` prints: the objects that it would create, and how it would mark the node. */
import { loadAll } from "js-yaml";
import type { Raw } from "./raw";

/** Objects in the order in which they would be created. @throws when the text holds none */
export function createdObjects(output: string): object[] {
  const lines = output.split("\n");
  const objects = lines.flatMap((line, index) => {
    if (!line.startsWith("[dryrun] Would perform action CREATE")) return [];
    const start = lines.indexOf("[dryrun] Attached object:", index) + 1;
    const end = lines.findIndex((text, at) => at >= start && /^(\[|Your Kubernetes)/.test(text));
    return loadAll(lines.slice(start, end).join("\n")) as object[];
  });
  if (objects.length === 0) throw new Error(`no object in what kubeadm printed:\n${output}`);
  return objects;
}

/** Labels and taints of the node. The object that a dry run attaches to its patch is the node before it. */
export function nodeMarks(output: string): Raw["node"] {
  return {
    labels: Object.fromEntries(listBehind(output, "labels:").map((label) => [label, ""])),
    taints: listBehind(output, "taints"),
  };
}

function listBehind(output: string, what: string): string[] {
  const pattern = new RegExp(`^\\[mark-control-plane\\] .* adding the ${what} \\[(.*)\\]$`, "m");
  return pattern.exec(output)?.[1]?.split(" ").filter(Boolean) ?? [];
}
