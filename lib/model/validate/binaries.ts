/** Where binaries and images come from. */
import { entry, type Findings, type IsToken, join } from "../issue";
import type { BinariesProps, ContainerRuntimeProps } from "../props";
import { binaryName, registryHost, sha256, webUrl } from "./syntax";
import { checkPlain, checkText, checkTexts, oneOf, required } from "./text";

/** kubelet's and kubectl's source. */
export function* checkBinaries(
  path: string,
  props: BinariesProps | undefined,
  isToken: IsToken,
): Findings {
  if (props === undefined) return;
  const source = oneOf("source", ["installed", "mirror"]);
  yield* checkText(join(path, "source"), props.source, isToken, source);
  yield* checkText(join(path, "mirror"), props.mirror, isToken, webUrl);
  for (const [name, digest] of Object.entries(props.sha256 ?? {})) {
    const at = entry(join(path, "sha256"), name);
    yield* checkText(at, name, isToken, binaryName);
    yield* checkText(at, digest, isToken, sha256);
  }
}

/** containerd's settings. */
export function* checkRuntime(
  path: string,
  props: ContainerRuntimeProps | undefined,
  isToken: IsToken,
): Findings {
  if (props === undefined) return;
  for (const [registry, mirrors] of Object.entries(props.registryMirrors ?? {})) {
    const at = entry(join(path, "registryMirrors"), registry);
    yield* checkText(at, registry, isToken, registryHost);
    yield* required(
      at,
      mirrors[0],
      'give at least one URL, for example "https://mirror.example.com"',
    );
    yield* checkTexts(at, mirrors, isToken, webUrl);
  }
  yield* checkPlain(join(path, "config"), props.config, isToken);
}
