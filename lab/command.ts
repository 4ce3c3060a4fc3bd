/** Runs programs. The only place of the lab that starts a process in the foreground. */
import { spawn } from "node:child_process";

/** What a program left behind. */
export interface CommandResult {
  /** Exit code; 255 if it was ended by a signal or could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Record<string, string>;
  /** Text for its standard input. @default - none, standard input is empty */
  readonly input?: string;
  /** Called with each piece of its standard output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program to its end and never fails: the caller looks at the code. */
export function tryRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: "pipe",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const result = (code: number, extra = ""): CommandResult => ({
      code,
      stdout: Buffer.concat(out).toString(),
      stderr: Buffer.concat(err).toString() + extra,
    });
    child.stdout.on("data", (data: Buffer) => {
      out.push(data);
      options.onOutput?.(data.toString());
    });
    child.stderr.on("data", (data: Buffer) => err.push(data));
    // A program that ends before it has read its input is judged by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", (error) => done(result(255, error.message)));
    child.on("close", (code) => done(result(code ?? 255)));
  });
}

/**
 * Runs a program to its end and returns its standard output, without the last newline.
 *
 * @throws Error with the command and the end of its output, if it fails
 */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await tryRun(program, args, options);
  if (result.code !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-15).join("\n  ");
    throw new Error(`${[program, ...args].join(" ")}: exit code ${result.code}\n  ${tail}`);
  }
  return result.stdout.replace(/\n$/, "");
}

/** Runs a program whose output the reader sees as it comes. Resolves to its exit code. */
export function runVisibly(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 255));
  });
}
