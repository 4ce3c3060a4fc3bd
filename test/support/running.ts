/** A program that runs beside the test. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFileSync, createWriteStream } from "node:fs";
import type { Outcome } from "./outcome";

/** How to start a program. */
export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File that gets all of its output as it comes. */
  readonly log: string;
}

/** A program that was started. */
export interface Running {
  /** Resolves when it has ended. */
  readonly outcome: Promise<Outcome>;
  /** Ends it and its helpers at once, as if their machine had died. */
  kill(): void;
}

/** Starts a program. */
export function start(program: string, args: readonly string[], options: StartOptions): Running {
  const began = Date.now();
  appendFileSync(options.log, `\n==> ${program} ${args.join(" ")}\n`);
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const outcome = collect(child, options.log).then(({ code, output }) => ({
    code,
    output,
    seconds: (Date.now() - began) / 1000,
  }));
  return { outcome, kill: () => killWithChildren(child) };
}

function killWithChildren(child: ChildProcess): void {
  const { stdout } = spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" });
  child.kill("SIGKILL");
  for (const pid of stdout.split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended with its parent.
    }
  }
}

function collect(child: ChildProcess, log: string): Promise<{ code: number; output: string }> {
  const chunks: Buffer[] = [];
  const file = createWriteStream(log, { flags: "a" });
  const take = (data: Buffer): void => {
    chunks.push(data);
    file.write(data);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  return new Promise((done, fail) => {
    child.on("error", fail);
    // Not "close": processes that a killed program leaves behind may hold its output open.
    child.on("exit", (code) => {
      setTimeout(() => {
        file.end();
        done({ code: code ?? 255, output: Buffer.concat(chunks).toString() });
      }, 100);
    });
  });
}
