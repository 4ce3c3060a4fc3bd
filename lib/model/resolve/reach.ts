/** How a host is reached over SSH. */
import { DEFAULTS } from "../defaults";
import { canonicalAddress } from "../network";
import type { HostProps, SshProps } from "../props";

/** What a connection needs; each text may be a token. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: the key is not checked. */
  readonly hostKey: string | undefined;
  /** As the user wrote it. */
  readonly privateKeyFile: string | undefined;
  readonly agent: boolean;
  /** Shape: Go duration. */
  readonly timeout: string;
}

/** What a user writes where a host key shall not be checked. */
export const UNCHECKED = "unchecked";

/** A host's own settings over those of its pool. */
export function resolveReach(host: HostProps, ssh: SshProps): Reach {
  return {
    host: canonicalAddress(host.address),
    port: host.port ?? ssh.port ?? DEFAULTS.sshPort,
    user: host.user ?? ssh.user ?? DEFAULTS.sshUser,
    hostKey: host.hostKey === UNCHECKED ? undefined : host.hostKey.trim(),
    privateKeyFile: ssh.privateKeyFile,
    agent: ssh.agent ?? ssh.privateKeyFile === undefined,
    timeout: ssh.timeout ?? DEFAULTS.sshTimeout,
  };
}
