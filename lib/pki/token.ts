/** Bootstrap tokens of worker pools. */
import { randomInt } from "node:crypto";
import type { KeyDirectory } from "./directory";
import type { Findings } from "./findings";

const TOKEN = /^[a-z0-9]{6}\.[a-z0-9]{16}\n?$/;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Whether a pool's token has to be made. One that is there must be well formed. */
export function inspectToken(directory: KeyDirectory, pool: string, findings: Findings): boolean {
  const file = fileOf(pool);
  const text = directory.read(file);
  if (text !== undefined && !TOKEN.test(text)) {
    findings.issues.push(
      `${directory.path(file)}: is no bootstrap token ([a-z0-9]{6}.[a-z0-9]{16}); delete it to have one made`,
    );
  }
  return text === undefined;
}

/** Makes a pool's token and writes it. */
export function createToken(directory: KeyDirectory, pool: string): void {
  directory.write(fileOf(pool), `${random(6)}.${random(16)}\n`);
}

function fileOf(pool: string): string {
  return `tokens/${pool}.token`;
}

function random(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}
