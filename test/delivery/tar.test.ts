import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packTar } from "../../lib/delivery/tar";

test("GNU tar reads names, modes, owners and contents as given, and folders come 0700", () => {
  const folder = mkdtempSync(join(tmpdir(), "tar-"));
  try {
    const file = join(folder, "t.tar");
    writeFileSync(
      file,
      packTar([
        { path: "files/etc/kubernetes/pki/ca.key", mode: 0o600, content: "key\n" },
        { path: "bin/step.sh", mode: 0o700, content: "#!/bin/sh\n" },
        { path: `files/${"long/".repeat(30)}name`, mode: 0o644, content: "x".repeat(513) },
      ]),
    );

    const listing = execFileSync("tar", ["--numeric-owner", "-tvf", file], { encoding: "utf8" });
    const content = execFileSync("tar", ["-xOf", file, "files/etc/kubernetes/pki/ca.key"], {
      encoding: "utf8",
    });

    expect(listing).toMatch(/^drwx------ 0\/0 .* bin\/$/m);
    expect(listing).toMatch(/^-rwx------ 0\/0 .* bin\/step\.sh$/m);
    expect(listing).toMatch(/^-rw------- 0\/0 +4 .* files\/etc\/kubernetes\/pki\/ca\.key$/m);
    expect(listing).toMatch(/ 513 1970-01-01 .*\/name$/m);
    expect(content).toBe("key\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the same entries in another order give the same bytes", () => {
  const a = { path: "a", mode: 0o600, content: "1" };
  const b = { path: "b", mode: 0o600, content: "2" };

  expect(packTar([b, a]).equals(packTar([a, b]))).toBe(true);
});

test("a path that does not fit is refused", () => {
  expect(() => packTar([{ path: "x".repeat(300), mode: 0o600, content: "" }])).toThrow(
    /does not fit into a tar header/,
  );
});
