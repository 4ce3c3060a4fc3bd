/** Labels and taints. Source: Kubernetes' API validation. */
import { missing, sameTaint } from "../../errors";
import { entry, type Findings, type IsToken, join } from "../issue";
import type { TaintProps } from "../props";
import { labelKey, labelValue } from "./syntax";
import { checkText, oneOf, required } from "./text";

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/** Labels of a node or a pool. */
export function* checkLabels(
  path: string,
  labels: Readonly<Record<string, string>> | undefined,
  isToken: IsToken,
): Findings {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const at = entry(path, key);
    yield* checkText(at, key, isToken, labelKey);
    if (value === undefined)
      yield { propPath: at, message: missing('write "" for a label without value') };
    yield* checkText(at, value, isToken, labelValue);
  }
}

/** Taints of a pool; of one key and effect there is one. */
export function* checkTaints(
  path: string,
  taints: readonly TaintProps[] | undefined,
  isToken: IsToken,
): Findings {
  const seen = new Set<string>();
  for (const [index, taint] of (taints ?? []).entries()) {
    const at = join(path, index);
    yield* required(join(at, "key"), taint.key, 'write it as "example.com/dedicated"');
    yield* checkText(join(at, "key"), taint.key, isToken, labelKey);
    yield* checkText(join(at, "value"), taint.value, isToken, labelValue);
    yield* required(join(at, "effect"), taint.effect, `allowed: ${EFFECTS.join(", ")}`);
    yield* checkText(join(at, "effect"), taint.effect, isToken, oneOf("effect", EFFECTS));
    const same = `${taint.key}:${taint.effect}`;
    if (seen.has(same)) yield { propPath: at, message: sameTaint(same) };
    seen.add(same);
  }
}
