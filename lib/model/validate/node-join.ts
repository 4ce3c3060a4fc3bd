/** A pool of workers, looked at alone. A pool without hosts is fine: that is how the last one is reset. */
import { badMaxUnavailable } from "../../errors";
import type { Findings, IsToken } from "../issue";
import { type Issue, toIssues } from "../issue";
import type { NodeJoinProps } from "../props";
import { checkBinaries } from "./binaries";
import { checkKubeletArgs } from "./component";
import { checkHosts, checkSsh } from "./host";
import { checkLabels, checkTaints } from "./labels";
import { duration } from "./syntax";
import { checkText, oneOf } from "./text";

/** Everything wrong with a pool of workers. */
export function validateNodeJoin(props: NodeJoinProps, path: string, isToken: IsToken): Issue[] {
  return toIssues(path, checkNodeJoin(props, isToken));
}

function* checkNodeJoin(props: NodeJoinProps, isToken: IsToken): Findings {
  yield* checkHosts(props, isToken, true);
  yield* checkSsh(props.ssh, isToken);
  yield* checkLabels("labels", props.labels, isToken);
  yield* checkTaints("taints", props.taints, isToken);
  yield* checkText(
    "bootstrap",
    props.bootstrap,
    isToken,
    oneOf("way in", ["token", "certificate"]),
  );
  yield* checkText("tokenTtl", props.tokenTtl, isToken, duration);
  yield* checkKubeletArgs("kubeletExtraArgs", props.kubeletExtraArgs, isToken);
  yield* checkBinaries("binaries", props.binaries, isToken);
  if (!isMaxUnavailable(props.maxUnavailable ?? 1)) {
    yield { propPath: "maxUnavailable", message: badMaxUnavailable(props.maxUnavailable) };
  }
}

function isMaxUnavailable(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && value >= 1;
  const share = typeof value === "string" ? /^([1-9]\d{0,2})%$/.exec(value)?.[1] : undefined;
  return share !== undefined && Number(share) <= 100;
}
