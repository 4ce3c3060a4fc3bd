/**
 * The hosts of a pool as keys of one resource: what it takes to reach a host when it leaves. It has no create step, so
 * it is never tainted and never loses its destroy step.
 */
import { Resource } from "@cdktf/provider-null/lib/resource";
import { TerraformIterator } from "cdktf";
import type { Construct } from "constructs";
import type { HostProps, SshProps } from "../model/props";
import { nodeName, type Reach, resolveReach } from "../model/resolve";
import { cleanProvisioner, type Login, loginOf } from "./provisioners";
import type { StackResources } from "./stack-resources";

/** A pool of hosts, as a construct declares it. */
export interface PoolOfHosts {
  readonly id: string;
  readonly hosts: Readonly<Record<string, HostProps>>;
  readonly ssh: SshProps;
  readonly lost: readonly string[];
}

/** How the hosts of a pool are reached, by node name, sorted. */
export function reachesOf(pool: PoolOfHosts): ReadonlyMap<string, Reach> {
  const reaches = Object.entries(pool.hosts).map(([name, host]): [string, Reach] => [
    nodeName(name),
    resolveReach(host, pool.ssh),
  ]);
  return new Map(reaches.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The resource of a pool; hosts that are lost go to one without a destroy step. */
export function poolResource(
  resources: StackResources,
  scope: Construct,
  pool: PoolOfHosts,
): Resource {
  const hosts = TerraformIterator.fromMap(
    Object.fromEntries(
      [...reachesOf(pool)].map(([name, { host, port, user, hostKey = UNCHECKED }]) => [
        name,
        { address: host, port: String(port), user, key: hostKey },
      ]),
    ),
  );
  const resource = new Resource(scope, "hosts", {
    forEach: hosts,
    lifecycle: { createBeforeDestroy: true },
    triggers: {
      name: hosts.key,
      address: hosts.getString("address"),
      port: hosts.getString("port"),
      user: hosts.getString("user"),
      host_key: hosts.getString("key"),
    },
    provisioners: [cleanProvisioner(loginOfSelf(resources, pool.ssh))],
  });
  resources.call(resource, pool.id);
  if (pool.lost.length > 0) forget(resources, scope, pool);
  return resource;
}

/** Hosts that are gone for good move to a pool without a destroy step, where a reviewer sees them go. */
function forget(resources: StackResources, scope: Construct, pool: PoolOfHosts): void {
  const lost = new Resource(scope, "lost", {
    forEach: TerraformIterator.fromMap({}),
    lifecycle: { createBeforeDestroy: true },
  });
  resources.call(lost, `${pool.id}_lost`);
  for (const name of pool.lost.map(nodeName).sort()) {
    resources.move(
      `null_resource.${pool.id}["${name}"]`,
      `null_resource.${pool.id}_lost["${name}"]`,
    );
  }
}

const UNCHECKED = "unchecked";

/** The login of a host that leaves: a destroy step may ask of its own resource only. */
function loginOfSelf(resources: StackResources, ssh: SshProps): Login {
  const self = {
    name: "${self.triggers.name}",
    host: "${self.triggers.address}",
    port: "${self.triggers.port}",
    user: "${self.triggers.user}",
    hostKey: `\${self.triggers.host_key == "${UNCHECKED}" ? null : self.triggers.host_key}`,
  };
  const reach = resolveReach({ address: self.host, hostKey: UNCHECKED }, ssh);
  const { name, ...login } = self;
  return { ...loginOf(name, reach, (file) => resources.terraformPath(file)), ...login };
}
