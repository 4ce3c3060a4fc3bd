/**
 * A part of the synth output that holds exactly what today's synth says. What is there already is overwritten: for a
 * thousand hosts, removing and making their folders takes longer than everything else.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/** Files below a folder; nothing secret. */
export class WrittenTree {
  private readonly files: ReadonlySet<string>;
  private readonly folders: ReadonlySet<string>;
  private readonly made = new Set<string>();

  /**
   * Removes what an earlier synth left and this one does not have, in the folders at the top that these files lie in:
   * a host that left must not stay.
   *
   * @param files everything that will be written, relative to `root`, with "/" between parts
   */
  constructor(
    private readonly root: string,
    files: readonly string[],
  ) {
    this.files = new Set(files);
    this.folders = new Set(files.flatMap(foldersAbove));
    for (const folder of [...this.folders].filter((name) => !name.includes("/"))) {
      if (fs.existsSync(path.join(root, folder))) this.removeOthers(folder);
    }
  }

  /** Writes one of the files. */
  write(file: string, content: string | Buffer): void {
    const target = path.join(this.root, file);
    const folder = path.dirname(target);
    if (!this.made.has(folder)) {
      fs.mkdirSync(folder, { recursive: true });
      this.made.add(folder);
    }
    fs.writeFileSync(target, content, { mode: 0o644 });
  }

  private removeOthers(folder: string): void {
    for (const entry of fs.readdirSync(path.join(this.root, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory() && this.folders.has(name)) this.removeOthers(name);
      else if (!entry.isFile() || !this.files.has(name)) {
        fs.rmSync(path.join(this.root, name), { recursive: true, force: true });
      }
    }
  }
}

/** "a/b/c" lies in "a" and "a/b". */
function foldersAbove(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}
