/** Small valid props, and how issues are read in these tests. */
import { formatIssue, type Issue } from "../../lib/model/issue";
import type {
  AddonsProps,
  ControlPlaneSettings,
  EtcdProps,
  NodeJoinProps,
} from "../../lib/model/props";
import { validateAddons, validateControlPlane, validateNodeJoin } from "../../lib/model/validate";

/** An ECDSA host key that parses; nobody has its private half. */
export const HOST_KEY = `ecdsa-sha2-nistp256 ${Buffer.concat([
  Buffer.from([0, 0, 0, 19]),
  Buffer.from("ecdsa-sha2-nistp256"),
  Buffer.alloc(77, 1),
]).toString("base64")}`;

/** Texts in angle brackets stand for tokens. */
export const isToken = (value: unknown): boolean =>
  typeof value === "string" && /^<.*>$/.test(value);

export const controlPlane: ControlPlaneSettings = {
  kubernetesVersion: "1.36.3",
  ssh: {},
  hosts: { "cp-1": { address: "10.0.0.11", hostKey: HOST_KEY } },
};

export const pool: NodeJoinProps = {
  hosts: { "w-1": { address: "10.0.0.21", hostKey: HOST_KEY } },
};

/** A value that TypeScript would refuse, as a JavaScript user may write it. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** Issues as lines without the construct path. */
export function lines(issues: readonly Issue[]): string[] {
  return issues.map((issue) => formatIssue(issue).replace(/^[^:]*: /, ""));
}

export function controlPlaneIssues(
  props: Partial<ControlPlaneSettings>,
  etcd: EtcdProps = { local: {} },
): string[] {
  return lines(validateControlPlane({ ...controlPlane, ...props }, etcd, "prod/cp", isToken));
}

export function poolIssues(props: Partial<NodeJoinProps>): string[] {
  return lines(validateNodeJoin({ ...pool, ...props }, "prod/workers", isToken));
}

export function addonIssues(props: AddonsProps): string[] {
  return lines(validateAddons(props, "prod/addons", isToken));
}
