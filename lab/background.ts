/** Processes of the lab that go on when the command that started them has ended. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { inLab } from "./paths";
import { waitUntil } from "./wait";

const pidFile = (name: string): string => inLab("run", `${name}.pid`);
const logFile = (name: string): string => inLab("run", `${name}.log`);

/** Process number of a lab process that runs. The number may have been given to another since. */
function runningPid(name: string): number | undefined {
  if (!existsSync(pidFile(name))) return undefined;
  const [pid, started] = readFileSync(pidFile(name), "utf8").trim().split(" ");
  return pid !== undefined && startTime(pid) === started ? Number(pid) : undefined;
}

/** When the kernel started a process, in its own unit; undefined if there is none. */
function startTime(pid: string): string | undefined {
  try {
    // The name in the second field may hold spaces, so count behind its closing bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Tells whether a lab process runs. */
export const isRunning = (name: string): boolean => runningPid(name) !== undefined;

/** What a lab process has written, for error messages. Shape: its last lines */
export const lastLines = (name: string): string =>
  existsSync(logFile(name))
    ? readFileSync(logFile(name), "utf8").split("\n").slice(-12).join("\n")
    : "";

/** Starts a process in the background unless it runs. It is known by its name from then on. */
export async function startBackground(
  name: string,
  program: string,
  args: readonly string[],
): Promise<void> {
  if (isRunning(name)) return;
  await mkdir(inLab("run"), { recursive: true });
  const output = openSync(logFile(name), "w");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", output, output] });
  await new Promise<void>((done, fail) => {
    child.on("spawn", done);
    child.on("error", fail);
  });
  child.unref();
  closeSync(output);
  await writeFile(pidFile(name), `${child.pid} ${startTime(String(child.pid))}\n`);
}

/** Ends a lab process, if it runs, and waits until it is gone. */
export async function stopBackground(name: string): Promise<void> {
  const pid = runningPid(name);
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    await waitUntil(`${name} to end`, 30, async () => !isRunning(name));
  }
  await rm(pidFile(name), { force: true });
}
