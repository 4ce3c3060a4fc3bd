/** `cdktf-kubeadm pki status`: what is in a key directory, without reading any key. */
import * as fs from "node:fs";
import * as path from "node:path";
import { certificateFacts, readCertificate } from "../pki/read";

const DAY_MILLISECONDS = 24 * 3600 * 1000;
const HEADER = ["CERTIFICATE", "SUBJECT", "EXPIRES", "DAYS LEFT", "KEY"];

/**
 * A table of the certificates in a key directory, those that end first on top.
 *
 * @throws when there is no certificate in it
 */
export function pkiStatus(directory: string, now: Date): string {
  const files = fs.existsSync(directory)
    ? fs.readdirSync(directory, { recursive: true, encoding: "utf8" })
    : [];
  const rows = files
    .filter((file) => file.endsWith(".crt"))
    .map((file) => row(directory, file, now))
    .sort(([a, , first = ""], [b, , second = ""]) => (first + a < second + b ? -1 : 1));
  if (rows.length === 0) {
    throw new Error(`${directory}: holds no certificate; name the key directory of a cluster`);
  }
  return table([HEADER, ...rows]);
}

function row(directory: string, file: string, now: Date): string[] {
  const pem = fs.readFileSync(path.join(directory, file), "utf8");
  const name = file.replace(/\.crt$/, "");
  const key = fs.existsSync(path.join(directory, `${name}.key`)) ? "at hand" : "elsewhere";
  const certificate = readCertificate(pem);
  if (certificate === undefined) return [name, "no PEM certificate", "-", "-", key];
  const { subject, notAfter } = certificateFacts(pem, certificate);
  const days = Math.floor((Date.parse(notAfter) - now.getTime()) / DAY_MILLISECONDS);
  return [name, subject, notAfter, String(days), key];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, i) => Math.max(...rows.map((cells) => (cells[i] ?? "").length)));
  return rows
    .map((cells) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
