/** Flags, volumes and variables of the control plane components. */
import { badKubeletFlag, duplicate } from "../../errors";
import { type Findings, type IsToken, join } from "../issue";
import type { ControlPlaneComponentProps } from "../props";
import type { Arg, EnvVar } from "../types";
import { absolutePath, argName, dnsLabel, envName } from "./syntax";
import { anyText, checkText, oneOf, required, type TextRule } from "./text";

/** Kubernetes' HostPathType; empty is no check. */
const PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
] as const;

/** Settings that all components have. */
export function* checkComponent(
  path: string,
  props: ControlPlaneComponentProps | undefined,
  isToken: IsToken,
): Findings {
  if (props === undefined) return;
  yield* checkArgs(join(path, "extraArgs"), props.extraArgs, isToken);
  yield* checkEnvs(join(path, "extraEnvs"), props.extraEnvs, isToken);
  yield* checkVolumes(join(path, "extraVolumes"), props.extraVolumes, isToken);
}

/** Flags: plain names, any printable value. */
export function checkArgs(
  path: string,
  args: readonly Arg[] | undefined,
  isToken: IsToken,
): Findings {
  return checkNamed(path, args, isToken, { name: argName, value: anyText });
}

/** Flags of the kubelet, which stand in one line of a file that is split at spaces. */
export function checkKubeletArgs(
  path: string,
  args: readonly Arg[] | undefined,
  isToken: IsToken,
): Findings {
  const value: TextRule = (text) => (/[\s"'\\]/.test(text) ? badKubeletFlag(text) : undefined);
  return checkNamed(path, args, isToken, { name: argName, value });
}

/** Environment variables. */
export function checkEnvs(
  path: string,
  envs: readonly EnvVar[] | undefined,
  isToken: IsToken,
): Findings {
  return checkNamed(path, envs, isToken, { name: envName, value: anyText });
}

function* checkNamed(
  path: string,
  items: readonly { readonly name: string; readonly value: string }[] | undefined,
  isToken: IsToken,
  rules: { readonly name: TextRule; readonly value: TextRule },
): Findings {
  for (const [index, { name, value }] of (items ?? []).entries()) {
    const at = join(path, index);
    yield* required(join(at, "name"), name, "give each entry a name");
    yield* checkText(join(at, "name"), name, isToken, rules.name);
    if (value === undefined)
      yield* required(join(at, "value"), value, 'write "" for an empty value');
    yield* checkText(join(at, "value"), value, isToken, rules.value);
  }
}

function* checkVolumes(
  path: string,
  volumes: ControlPlaneComponentProps["extraVolumes"],
  isToken: IsToken,
): Findings {
  const seen = new Set<string>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = join(path, index);
    for (const [field, rule] of [
      ["name", dnsLabel],
      ["hostPath", absolutePath],
      ["mountPath", absolutePath],
    ] as const) {
      yield* required(
        join(at, field),
        volume[field],
        "give each volume a name, hostPath and mountPath",
      );
      yield* checkText(join(at, field), volume[field], isToken, rule);
    }
    yield* checkText(
      join(at, "pathType"),
      volume.pathType,
      isToken,
      oneOf("path type", PATH_TYPES),
    );
    if (seen.has(volume.name))
      yield { propPath: join(at, "name"), message: duplicate(volume.name) };
    seen.add(volume.name);
  }
}
