/**
 * Provisioners as Terraform knows them. cdktf's types lack `when` on remote-exec; the cast for it lives here.
 * No shell text is built here: commands are lists of checked words, scripts are files.
 */
import {
  type FileProvisioner,
  Lazy,
  type RemoteExecProvisioner,
  type SSHProvisionerConnection,
} from "cdktf";
import type { Reach } from "../model/resolve";
import { HOST_ROOT, STEP, SYNTH, UPLOAD } from "./paths";

/** A provisioner of a step. */
export type Provisioner = FileProvisioner | RemoteExecProvisioner;

/** How a step reaches its host: values of the host, or `self.triggers` in destroy steps. */
export interface Login {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly hostKey: string | undefined;
  readonly agent: boolean;
  /** Path as Terraform sees it from the stack's folder; `~` is the operator's home. */
  readonly privateKeyFile: string | undefined;
  readonly timeout: string;
  /** "sudo -n" for everyone but root. */
  readonly asRoot: readonly string[];
  /** First part of the script's file name, which is all that Terraform's error names. */
  readonly label: string;
}

const AS_ROOT = ["--no-same-owner"];

/** The login of a host of today's configuration. `keyPath` turns the user's path into Terraform's. */
export function loginOf(name: string, reach: Reach, keyPath: (file: string) => string): Login {
  return {
    host: reach.host,
    port: String(reach.port),
    user: reach.user,
    hostKey: reach.hostKey,
    agent: reach.agent,
    privateKeyFile: reach.privateKeyFile && keyPath(reach.privateKeyFile),
    timeout: reach.timeout,
    asRoot: reach.user === "root" ? [] : ["sudo", "-n"],
    label: name,
  };
}

/** The four provisioners of a save: make the upload folder, upload the bundle, upload the keys, save. */
export function saveProvisioners(
  login: Login,
  digest: () => string,
  bundle: string,
  keys: string,
): Provisioner[] {
  const prepare = `./.cdktf-kubeadm-${login.label}.prepare.sh`;
  return [
    {
      type: "remote-exec",
      scripts: [SYNTH.prepare],
      // The upload folder does not exist yet, so this one script runs from the login user's home; it holds no value.
      connection: connection(login, prepare),
    },
    upload(login, bundle, "bundle.tar"),
    upload(login, keys, "keys.tar"),
    {
      type: "remote-exec",
      inline: Lazy.listValue({
        produce: () => [
          // Without this the next line's status alone would count.
          "set -e",
          // Terraform leaves an empty file of this name.
          command({ asRoot: [] }, ["rm", "-f", prepare]),
          command(login, [
            "tar",
            "-xf",
            `${UPLOAD}/bundle.tar`,
            "-C",
            HOST_ROOT,
            ...AS_ROOT,
            "bin",
          ]),
          command(login, [STEP, "save", digest()]),
        ],
      }),
      connection: connection(login, `${UPLOAD}/${login.label}.save.sh`),
    },
  ];
}

/** Uploads one file into the upload folder. The content of `source` is in no plan and no state. */
export function upload(login: Login, source: string, name: string): Provisioner {
  return {
    type: "file",
    source,
    destination: `${UPLOAD}/${name}`,
    connection: connection(login, `${UPLOAD}/${login.label}.upload.sh`),
  };
}

/** One step on the host, one connection. `args` is asked when the tree is complete. */
export function step(
  login: Login,
  name: string,
  args: () => readonly string[] = () => [],
): Provisioner {
  return {
    type: "remote-exec",
    inline: Lazy.listValue({ produce: () => [command(login, [STEP, name, ...args()])] }),
    connection: connection(login, `${UPLOAD}/${login.label}.${name}.sh`),
  };
}

/**
 * The destroy step of a host. It reads `self` only, and it runs from the home of the login user: the host may have
 * failed before it had an upload folder. A host that has nothing of ours is clean already.
 */
export function cleanProvisioner(login: Login): Provisioner {
  const provisioner: RemoteExecProvisioner & { when: "destroy" } = {
    type: "remote-exec",
    when: "destroy",
    scripts: [SYNTH.leave],
    connection: connection(login, `./.cdktf-kubeadm-${login.label}.clean.sh`),
  };
  return provisioner;
}

/** Joins words that need no quoting; anything else is a mistake of ours, not of a user. */
export function command(login: Pick<Login, "asRoot">, words: readonly string[]): string {
  for (const word of words) {
    if (!/^[A-Za-z0-9@%+=:,./_-]+$/.test(word)) {
      throw new Error(`not a plain word for a host command: ${JSON.stringify(word)}`);
    }
  }
  return [...login.asRoot, ...words].join(" ");
}

function connection(login: Login, scriptPath: string): SSHProvisionerConnection {
  const port = login.port as unknown as number; // a number, or a reference such as ${self.triggers.port}
  return {
    type: "ssh",
    host: login.host,
    port,
    user: login.user,
    timeout: login.timeout,
    agent: String(login.agent),
    scriptPath,
    ...(login.hostKey === undefined ? {} : { hostKey: login.hostKey }),
    ...(login.privateKeyFile === undefined ? {} : { privateKey: readLate(login.privateKeyFile) }),
  };
}

/**
 * Reads the key when the step runs, not when the plan is made: `self.id` is unknown until then, so a review needs no
 * SSH key, and the path stays out of the state.
 */
function readLate(file: string): string {
  return `\${file(self.id == "" ? "" : pathexpand("${file}"))}`;
}
