import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tryRun } from "../../lab/command";
import { waitUntil } from "../../lab/wait";

let dir: string;
let server: ChildProcess;
let url: string;

const freePort = () =>
  new Promise<number>((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lab-mirror-"));
  mkdirSync(join(dir, "root", "release"), { recursive: true });
  writeFileSync(join(dir, "root", "release", "kubelet"), "program");
  writeFileSync(join(dir, "secret"), "secret");
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const script = join(__dirname, "../../lab/mirror-server.ts");
  const args = ["--import", "tsx", script, join(dir, "root"), "127.0.0.1", String(port)];
  server = spawn(process.execPath, args, { stdio: "inherit" });
  await waitUntil("the mirror", 20, () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
});
afterAll(() => {
  server.kill();
  rmSync(dir, { recursive: true });
});

test("a file is served with its length", async () => {
  const answer = await fetch(`${url}/release/kubelet`);

  expect(answer.headers.get("content-length")).toBe("7");
  expect(await answer.text()).toBe("program");
});

test("HEAD answers without content", async () => {
  const answer = await fetch(`${url}/release/kubelet`, { method: "HEAD" });

  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe("");
});

test.each(["/release/nothing", "/release", "/"])("%s is not found", async (path) => {
  expect((await fetch(url + path)).status).toBe(404);
});

test("nothing outside of the folder is served", async () => {
  for (const path of ["/../secret", "/release/../../secret", "/%2e%2e/secret"]) {
    const result = await tryRun("curl", ["-s", "--path-as-is", `${url}${path}`]);
    expect(result.stdout, path).toBe("");
  }
});

test("only reading is allowed", async () => {
  expect((await fetch(`${url}/release/kubelet`, { method: "PUT", body: "x" })).status).toBe(405);
});
