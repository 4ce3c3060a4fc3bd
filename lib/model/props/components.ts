/** Props that the control plane components share. */
import type { Arg, EnvVar } from "../types";

/** kubeadm's HostPathMount: a path of the host in a control plane container. */
export interface HostPathMountProps {
  /** Name of the volume; a default volume of this name is replaced. Shape: DNS-1123 label. */
  readonly name: string;
  /** Shape: absolute path on the host. */
  readonly hostPath: string;
  /** Shape: absolute path in the container. */
  readonly mountPath: string;
  /** @default false */
  readonly readOnly?: boolean;
  /** Shape: Kubernetes HostPathType, for example `DirectoryOrCreate`. @default "" - no check */
  readonly pathType?: string;
}

/** Settings of a control plane component. */
export interface ControlPlaneComponentProps {
  /**
   * Flags. All defaults of a named flag go, all given ones stay; names may repeat.
   * Shape: name without dashes, any printable value. @default - none
   */
  readonly extraArgs?: readonly Arg[];
  /** Paths of the host to mount. @default - none */
  readonly extraVolumes?: readonly HostPathMountProps[];
  /** Environment variables; of two with the same name the later wins. @default - none */
  readonly extraEnvs?: readonly EnvVar[];
}

/** Settings of the API server. */
export interface ApiServerProps extends ControlPlaneComponentProps {
  /**
   * More names and addresses in its certificate. Shape: IP, DNS name or wildcard name; lower-cased.
   * @default - none
   */
  readonly certSANs?: readonly string[];
}
