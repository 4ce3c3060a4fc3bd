/** One command at a time builds and sets up; others wait for it. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { inLab } from "./paths";
import type { Log } from "./progress";
import { pause } from "./wait";

/** Runs work while no other process of the lab holds the lock. A lock of a dead process is taken. */
export async function withLock<T>(log: Log, work: () => Promise<T>): Promise<T> {
  const file = inLab("lock");
  await mkdir(inLab(), { recursive: true });
  let asked = 0;
  while (!(await take(file))) {
    if (asked++ % 50 === 0) log(`waiting for the lab command with process id ${holder(file)} …`);
    await pause(200);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

const holder = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const pid = holder(file);
    if (pid !== "" && !existsSync(`/proc/${pid}`)) await rm(file, { force: true });
    return false;
  }
}
