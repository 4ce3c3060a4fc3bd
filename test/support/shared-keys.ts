/** Keys of the cluster of `stack.ts`, made once for all test files: making some thirty keys takes seconds. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** A folder that lives as long as the test run. */
    sharedFolder: string;
  }
}

/** Vitest calls this once before all files, and what it returns after them. */
export default function setup(project: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-shared-"));
  project.provide("sharedFolder", folder);
  return () => fs.rmSync(folder, { recursive: true, force: true });
}

/** The result of `make`, a folder, made by whichever test file asks first; the others wait for it. */
export function madeOnce(shared: string, name: string, make: (folder: string) => void): string {
  const [result, lock] = [path.join(shared, name), path.join(shared, `${name}.lock`)];
  try {
    fs.mkdirSync(lock);
  } catch {
    for (let waited = 0; !fs.existsSync(result); waited += 100) {
      if (waited > 60_000) throw new Error(`${result} was not made within a minute`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
    return result;
  }
  make(`${result}.new`);
  fs.renameSync(`${result}.new`, result);
  return result;
}
