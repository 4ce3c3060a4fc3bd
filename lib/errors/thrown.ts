/** Errors of the model, for callers that skipped validation. */
import { etcdHosts, unknownVersion } from "./cluster";
import { missing, quoteAll } from "./value";

/** A Kubernetes version that this library has no tables for. */
export function unknownVersionError(version: string, minors: readonly number[]): Error {
  return new Error(`kubernetesVersion: ${unknownVersion(version, minors)}`);
}

/** etcd members on hosts of their own. */
export function etcdHostsError(): Error {
  return new Error(`etcd.hosts: ${etcdHosts()}`);
}

/** A required value is not there, although validation would have asked for it. */
export function missingError(propPath: string, repair: string): Error {
  return new Error(`${propPath}: ${missing(repair)}`);
}

/** Members of a local etcd that came or left: joining and leaving a running etcd cluster is not in this version. */
export function membersChangedError(
  changed: readonly string[],
  founders: readonly string[],
  keyDirectory: string,
): Error {
  return new Error(
    `hosts: control plane hosts with an etcd member cannot come or leave in this version, got ${quoteAll(changed)}; keep exactly ${quoteAll(founders)}, or delete ${keyDirectory}/etcd/founders.txt if the cluster was never deployed`,
  );
}
