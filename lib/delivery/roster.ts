/** Who belongs to the cluster, with which labels and taints: as the roster step reads it, and as a plan shows it. */
import type { Node, Taint } from "../model/types";
import { knownAddress } from "./bundle";
import { escapeTemplate } from "./escape";

/** One line a node: name, address, role, labels, taints; "-" where there are none. The format is `lib/host/README.md`'s. */
export function rosterText(nodes: readonly Node[]): string {
  return nodes
    .map((node) =>
      [node.name, knownAddress(node), node.role, listOf(labels(node)), listOf(taints(node))].join(
        "\t",
      ),
    )
    .sort()
    .map((line) => `${line}\n`)
    .join("");
}

/** The triggers of the roster step. */
export function rosterFacts(nodes: readonly Node[]): Record<string, string> {
  const facts = nodes.flatMap((node): [string, string][] => [
    // May be a token: Terraform fills it in.
    [node.name, node.address],
    ...labels(node).map((label): [string, string] => fact(node, "label", label)),
    ...taints(node).map((taint): [string, string] => fact(node, "taint", taint)),
  ]);
  return Object.fromEntries(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fact(node: Node, what: string, text: string): [string, string] {
  const [key = "", ...value] = text.split("=");
  return [
    escapeTemplate(`${node.name}: ${what} ${key}`),
    escapeTemplate(value.join("=") || "(none)"),
  ];
}

function labels({ labels: all }: Node): string[] {
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}

/** Those of control plane nodes are set by the run of their own host. */
function taints({ role, taints: all }: Node): string[] {
  const text = ({ key, value, effect }: Taint) => `${key}=${value}:${effect}`;
  return role === "worker" ? all.map(text).sort() : [];
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? "-" : items.join(",");
}
