/** Where the lab keeps things. Nothing is ever written into the checkout but `pki/` and `cdktf.out`. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Folder of everything built and of the lab's state. `CDKTF_KUBEADM_CACHE` overrides it. */
export const cacheDir = (): string =>
  resolve(process.env.CDKTF_KUBEADM_CACHE ?? join(homedir(), ".cache", "cdktf-kubeadm"));

/** A path below the cache: things that are built once and can be built again. */
export const inCache = (...parts: string[]): string => join(cacheDir(), ...parts);

/** A path below the lab's state: SSH keys, Docker's data, running processes, inventory. */
export const inLab = (...parts: string[]): string => inCache("lab", ...parts);

/** Folder of the lab's sources: host files, Dockerfile, Go programs. */
export const SOURCE_DIR = __dirname;

/** Folder of the project, where `cdktf.json` is. */
export const PROJECT_DIR = resolve(__dirname, "..");
