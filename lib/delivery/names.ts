/** Names of Terraform resources: they say host and step, as a reviewer reads them in a plan. */

/** What Terraform accepts as a name and what is safe in file names and commands. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Checks the id of a construct, which its resources are named after. @throws when it is no Terraform name */
export function checkId(id: string, constructPath: string): void {
  if (NAME.test(id)) return;
  throw new Error(
    `${constructPath}: id: cannot name Terraform resources, got "${id}"; use letters, digits, "-" and "_", and begin with a letter`,
  );
}

/**
 * A node's name as the start of a Terraform name. Nodes are named as in DNS, so neither "_" for a dot nor "_" before a
 * digit can make two of them the same.
 */
export function resourcePrefix(node: string): string {
  const name = node.replaceAll(".", "_");
  return NAME.test(name) ? name : `_${name}`;
}
