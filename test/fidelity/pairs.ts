/** Pairs of settings, several in one case: each pair that can stand together does so at least once. */
import { pathsOf, type Setting } from "./settings";

/** How many settings stand in one case: more are fewer cases, and less to look at when one fails. */
const SIZE = 14;

/** Whether two settings can stand together: no prop is of both. */
export function canMeet(one: Setting, other: Setting): boolean {
  const taken = new Set(pathsOf(one));
  return !pathsOf(other).some((path) => taken.has(path));
}

/** Groups of settings in which every pair meets that can; the same groups in every run. */
export function groupsOfPairs(settings: readonly Setting[]): Setting[][] {
  const open = new Set<string>();
  const key = (one: Setting, other: Setting) => [one.name, other.name].sort().join(" + ");
  for (const [index, one] of settings.entries()) {
    for (const other of settings.slice(index + 1)) {
      if (canMeet(one, other)) open.add(key(one, other));
    }
  }
  const groups: Setting[][] = [];
  while (open.size > 0) {
    const group: Setting[] = [];
    for (;;) {
      const candidates = settings
        .filter((setting) =>
          group.every((member) => member !== setting && canMeet(member, setting)),
        )
        .map((setting) => ({ setting, gain: gainOf(setting, group) }));
      const best = candidates.reduce<(typeof candidates)[number] | undefined>(
        (first, next) => (first === undefined || next.gain > first.gain ? next : first),
        undefined,
      );
      if (best === undefined || group.length === SIZE || (group.length > 0 && best.gain === 0))
        break;
      group.push(best.setting);
    }
    for (const one of group) for (const other of group) open.delete(key(one, other));
    groups.push(group);
  }
  return groups;

  /** How many new pairs a setting brings; in an empty group, how many it is still missing. */
  function gainOf(setting: Setting, group: readonly Setting[]): number {
    return (group.length > 0 ? group : settings).filter((member) => open.has(key(setting, member)))
      .length;
  }
}
