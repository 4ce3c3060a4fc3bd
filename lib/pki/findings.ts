/** What was found while looking at a key directory: things that stop, and things to know. */
import type { X509Certificate } from "node:crypto";
import { rfc3339 } from "./read";

/** Lines in the form `<file>: <what is wrong>, got <value>; <what to do>`. */
export interface Findings {
  readonly issues: string[];
  readonly warnings: string[];
}

/** Everything that is wrong with a key directory, at once. */
export class PkiError extends Error {
  override readonly name = "PkiError";

  /** One line an issue, each begins with the file. */
  constructor(readonly issues: readonly string[]) {
    super(issues.join("\n"));
  }
}

const DAY_MILLISECONDS = 86_400_000;

/** Says that a certificate ended, or ends within so many days; undefined if it is good for longer. */
export function expiry(certificate: X509Certificate, now: Date, days: number): string | undefined {
  const end = Date.parse(certificate.validTo);
  const left = Math.floor((end - now.getTime()) / DAY_MILLISECONDS);
  if (left >= days) {
    return undefined;
  }
  const when = left < 0 ? "has expired" : `expires in ${left} ${left === 1 ? "day" : "days"}`;
  return `${when}, got "${rfc3339(end)}"`;
}
