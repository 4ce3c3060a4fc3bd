/** Where things lie on a host and in the synth output: the one place that knows these names. */

/** Everything of ours on a host. */
export const HOST_ROOT = "/var/lib/cdktf-kubeadm";

/** Where Terraform uploads to; 0700, owned by the login user, made by `prepare.sh`. */
export const UPLOAD = `${HOST_ROOT}/upload`;

/** The one entry of the host scripts. */
export const STEP = `${HOST_ROOT}/bin/step.sh`;

/** Paths below the stack's folder in the synth output. */
export const SYNTH = {
  prepare: "host/prepare.sh",
  leave: "host/leave.sh",
  roster: "host/roster.txt",
  bundle: (host: string): string => `bundles/${host}.tar`,
  tree: (host: string): string => `hosts/${host}`,
} as const;

/** Paths below the key directory. */
export const KEYS = {
  bundle: (host: string): string => `.bundles/${host}.tar`,
  token: (pool: string): string => `.bundles/token-${pool}.yaml`,
} as const;
