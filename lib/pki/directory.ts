/**
 * The key directory of a cluster on disk: reading each file once, writing atomically. Knows nothing of certificates.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { posix } from "node:path";

/** Files that hold secrets, by ending; all others are public. */
const SECRET_FILE = /\.(key|token|conf)$/;

/** What git must not see, written beside the keys. */
const GITIGNORE = "*.key\n*.token\n*.conf\n.bundles/\n";

/** One key directory. Names are relative to it, with "/" between parts. */
export class KeyDirectory {
  /** Files written through this object, as paths, in order. */
  readonly written: string[] = [];
  private readonly contents = new Map<string, string | undefined>();

  /** `elsewhere`: files that are read from another place and never written, by name. */
  constructor(
    private readonly root: string,
    private readonly elsewhere: ReadonlyMap<string, string> = new Map(),
  ) {}

  /**
   * The path of a file as messages name it and the file system knows it.
   *
   * @throws when the name leads out of the directory
   */
  path(file: string): string {
    if (posix.isAbsolute(file) || file.split("/").includes("..") || file.includes("\0")) {
      throw new Error(`a name in the key directory must not lead out of it, got "${file}"`);
    }
    return this.elsewhere.get(file) ?? posix.join(this.root, file);
  }

  /**
   * The text of a file, or undefined when there is none.
   *
   * @throws when there is one that cannot be read
   */
  read(file: string): string | undefined {
    if (!this.contents.has(file)) {
      this.contents.set(file, readIfPresent(this.path(file)));
    }
    return this.contents.get(file);
  }

  /**
   * Writes a file if its text differs: whole or not at all, and never readable by others if it holds a secret.
   *
   * The first write also lays down a `.gitignore`, unless there is one.
   */
  write(file: string, content: string): void {
    if (this.read(file) === content) {
      return;
    }
    if (file !== ".gitignore" && this.read(".gitignore") === undefined) {
      this.write(".gitignore", GITIGNORE);
    }
    replaceFile(this.path(file), content, SECRET_FILE.test(file) ? 0o600 : 0o644);
    this.contents.set(file, content);
    this.written.push(this.path(file));
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      return undefined;
    }
    throw error;
  }
}

/** The temporary file has the ending of its target, so that git ignores a key that a cut-off left there. */
function replaceFile(path: string, content: string, mode: number): void {
  const directory = posix.dirname(path);
  const temporary = posix.join(directory, `.new-${posix.basename(path)}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  rmSync(temporary, { force: true });
  const file = openSync(temporary, "wx", mode);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
