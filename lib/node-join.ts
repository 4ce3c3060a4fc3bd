/** Workers that join a control plane. */
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { ControlPlane } from "./control-plane";
import { checkId } from "./delivery/names";
import { durationSeconds } from "./model/duration";
import { throwIssues } from "./model/issue";
import type { NodeJoinProps as PoolProps } from "./model/props";
import { validateNodeJoin } from "./model/validate";

/** A pool of workers and the control plane they join. */
export interface NodeJoinProps extends PoolProps {
  /** The control plane, in the same stack. Plan: cannot be changed for nodes that are in. */
  readonly controlPlane: ControlPlane;
}

/**
 * A pool of workers: saved all at once, run `maxUnavailable` at a time once the control plane is up. Adding a host
 * touches nothing that exists; deleting its line drains the node, deletes it and resets the host.
 *
 * @throws with every problem of the props, one a line
 * @see docs/node-join.md
 */
export class NodeJoin extends Construct {
  /** The control plane that the workers join. */
  readonly controlPlane: ControlPlane;

  constructor(scope: Construct, id: string, props: NodeJoinProps) {
    super(scope, id);
    checkId(id, this.node.path);
    const { controlPlane, ...pool } = props;
    throwIssues(validateNodeJoin(pool, this.node.path, Token.isUnresolved));
    this.controlPlane = controlPlane;
    const size = Object.keys(pool.hosts).length;
    controlPlane._addPool(this, id, pool, {
      lanes: lanesOf(pool.maxUnavailable ?? "25%", size),
      tokenSeconds:
        (pool.bootstrap ?? "token") === "token"
          ? durationSeconds(pool.tokenTtl ?? "24h0m0s")
          : undefined,
    });
  }
}

/** How many hosts may change at the same time: at least one, percentages rounded down. */
function lanesOf(maxUnavailable: number | string, size: number): number {
  const count =
    typeof maxUnavailable === "number"
      ? maxUnavailable
      : Math.floor((Number.parseFloat(maxUnavailable) * size) / 100);
  return Math.max(1, Math.min(count, size));
}
