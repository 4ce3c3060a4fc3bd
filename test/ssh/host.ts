/** A host to log in to: a real SSH server on a loopback address of its own, with folders of its own as /var/lib and /root. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";

const SSHD = "/usr/sbin/sshd";

/** A running host. */
export class SshHost {
  /** Public host key, as a user writes it. */
  readonly hostKey: string;
  /** What the host has as /var/lib. */
  readonly varLib: string;
  /** What the host has as /root. */
  readonly home: string;
  private readonly log: string;
  private server: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    readonly address: string,
    readonly port: number,
    folder: string,
    authorizedKeys: string,
  ) {
    this.varLib = path.join(folder, "var-lib");
    this.home = path.join(folder, "root");
    this.log = path.join(folder, "sshd.log");
    fs.mkdirSync(this.varLib, { recursive: true });
    fs.mkdirSync(this.home, { mode: 0o700 });
    const key = path.join(folder, "host-key");
    makeKey("ecdsa", key);
    this.hostKey = fs.readFileSync(`${key}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
    const config = path.join(folder, "sshd_config");
    fs.writeFileSync(
      config,
      `ListenAddress ${address}:${port}
HostKey ${key}
AuthorizedKeysFile ${authorizedKeys}
PidFile none
LogLevel VERBOSE
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
`,
    );
    // Its own mounts, so that nothing of the machine is touched; `exec`, so that the process is the server.
    const script =
      'mount --bind "$1" /var/lib && mount --bind "$2" /root && exec "$3" -D -e -f "$4"';
    this.server = spawn(
      "unshare",
      ["--mount", "--propagation", "private", "sh", "-c", script, "sh"].concat([
        this.varLib,
        this.home,
        SSHD,
        config,
      ]),
      { stdio: ["ignore", "ignore", fs.openSync(this.log, "w")] },
    );
  }

  /** Starts a host and waits until it listens. @throws when the machine cannot, with what helps */
  static async start(
    name: string,
    address: string,
    folder: string,
    authorizedKeys: string,
  ): Promise<SshHost> {
    if (!fs.existsSync(SSHD)) throw new Error(`${SSHD} is missing; install openssh-server`);
    if (process.getuid?.() !== 0) throw new Error("a host with folders of its own needs root");
    // The server's folder for the part of it without privileges; the package's service makes it.
    fs.mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    fs.mkdirSync(folder, { recursive: true });
    const host = new SshHost(name, address, await freePort(address), folder, authorizedKeys);
    for (let waited = 0; !host.logText.includes("Server listening"); waited += 50) {
      if (waited > 10_000) throw new Error(`sshd of ${name} does not listen: ${host.logText}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return host;
  }

  /** How often somebody was let in. */
  get connections(): number {
    return this.logText.split("\n").filter((line) => line.startsWith("Accepted publickey")).length;
  }

  /** What the host has of a path below /var/lib; empty when there is nothing. */
  read(file: string): string {
    const found = path.join(this.varLib, file);
    return fs.existsSync(found) ? fs.readFileSync(found, "utf8") : "";
  }

  /** Starts a program on the host as the user nobody. */
  asNobody(script: string): ChildProcess {
    const mounts = `--mount=/proc/${this.server?.pid}/ns/mnt`;
    const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    return spawn("nsenter", [mounts, "setpriv", ...nobody, "sh", "-c", script]);
  }

  stop(): void {
    this.server?.kill();
    this.server = undefined;
  }

  private get logText(): string {
    return fs.readFileSync(this.log, "utf8");
  }
}

/** Makes an SSH key pair: `file` and `file.pub`. */
export function makeKey(type: "ecdsa" | "ed25519", file: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
}

function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, address, () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
