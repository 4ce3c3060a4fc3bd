/** Tar files that depend on their content alone: sorted, owned by root, without a time. */
import { Header } from "tar";

/** A file in a tar. */
export interface TarEntry {
  /** Relative path, at most 255 bytes. */
  readonly path: string;
  readonly mode: number;
  readonly content: string | Buffer;
}

const BLOCK = 512;

/** Packs entries in order of their paths; folders are written as 0700 before what they hold. */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const blocks: Buffer[] = [];
  const folders = new Set<string>();
  for (const entry of sorted) {
    const parts = entry.path.split("/").slice(0, -1);
    parts.forEach((_, i) => {
      const folder = parts.slice(0, i + 1).join("/");
      if (!folders.has(folder)) {
        folders.add(folder);
        blocks.push(header(`${folder}/`, 0o700, 0, "Directory"));
      }
    });
    const content = Buffer.from(entry.content);
    blocks.push(header(entry.path, entry.mode, content.length, "File"), content);
    const rest = content.length % BLOCK;
    if (rest > 0) blocks.push(Buffer.alloc(BLOCK - rest));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}

function header(path: string, mode: number, size: number, type: "File" | "Directory"): Buffer {
  const block = Buffer.alloc(BLOCK);
  const fields = { path, mode, size, type, uid: 0, gid: 0, mtime: new Date(0) };
  if (new Header(fields).encode(block, 0)) {
    throw new Error(`path does not fit into a tar header: ${path}`);
  }
  return block;
}
