/** Flags: how those of the user meet kubeadm's. */
import { compare } from "../model/sort";
import type { Arg } from "../model/types";
import { versionFacts } from "../model/versions";

/** kubeadm's flags by name, without dashes; one that is undefined is not written. */
export type Flags = Readonly<Record<string, string | undefined>>;

/**
 * Flags as kubeadm merges them: all defaults of a named flag go, all of the user's stay, repeated names included.
 *
 * Defaults are sorted by name. The user's follow in the given order, or, where the version's kubeadm did so, all are
 * sorted by name, then value.
 *
 * Shape: `--name=value`, also with an empty value.
 */
export function mergeFlags(
  defaults: Flags,
  extraArgs: readonly Arg[],
  kubernetesVersion: string,
): string[] {
  const given = new Set(extraArgs.map(({ name }) => name));
  const kept = Object.entries(defaults).flatMap(([name, value]) =>
    value === undefined || given.has(name) ? [] : [{ name, value }],
  );
  const sorted = versionFacts(kubernetesVersion).extraArgsKeepOrder
    ? [...kept.sort(byNameAndValue), ...extraArgs]
    : [...kept, ...extraArgs].sort(byNameAndValue);
  return sorted.map(({ name, value }) => `--${name}=${value}`);
}

/** What the user gave for a flag; of several the last, as programs read them. */
export function givenFlag(extraArgs: readonly Arg[], name: string): string | undefined {
  return extraArgs.findLast((arg) => arg.name === name)?.value;
}

function byNameAndValue(a: Arg, b: Arg): number {
  return compare(a.name, b.name) || compare(a.value, b.value);
}
