/** What a side left behind, as it is: the input of `observe`. */

/** A file as it lies on a host. */
export interface RawFile {
  /** Shape: octal, four digits. */
  readonly mode: string;
  readonly text: string;
}

/** Files, API objects and whatever else one side made for the first control plane host. */
export interface Raw {
  /** Path on the host → file. */
  readonly files: Readonly<Record<string, RawFile>>;
  /** Path on the host → mode. Only those that a side makes. */
  readonly directories: Readonly<Record<string, string>>;
  /** Where links lead, by their path. */
  readonly links: Readonly<Record<string, string>>;
  readonly objects: readonly object[];
  readonly node: {
    readonly labels: Readonly<Record<string, string>>;
    /** Shape: as kubectl writes them. */
    readonly taints: readonly string[];
  };
  /** Full names, in the order of `kubeadm config images list`. */
  readonly images: readonly string[];
}

/** Octal text of permission bits. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
