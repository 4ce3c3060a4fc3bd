/** Everything that is wrong with props, as data and as text. */
import { compare, sortBy } from "./sort";

/** One thing wrong with the props of a construct. */
export interface Issue {
  /** For example `prod/workers`. */
  readonly constructPath: string;
  /** For example `hosts["w-1"].address`. */
  readonly propPath: string;
  /** Cause, value and repair, in one line. */
  readonly message: string;
}

/** An issue whose construct is not known yet. */
export type Finding = Omit<Issue, "constructPath">;

/** What a rule reports, one after another. */
export type Findings = Generator<Finding, void, undefined>;

/** Whether a value is an unresolved Terraform token. */
export type IsToken = (value: unknown) => boolean;

/** Findings as issues of a construct, sorted by prop path; the same message at the same place counts once. */
export function toIssues(constructPath: string, findings: Iterable<Finding>): Issue[] {
  const issues = [...findings].map((finding) => ({ constructPath, ...finding }));
  return sortIssues(issues);
}

/** Sorted by construct path, then prop path, with numbers in order of their value. */
export function sortIssues(issues: readonly Issue[]): Issue[] {
  const unique = new Map(issues.map((issue) => [formatIssue(issue), issue]));
  const sorted = sortBy([...unique.values()], ({ propPath }) => padNumbers(propPath));
  return sorted.sort((a, b) => compare(a.constructPath, b.constructPath));
}

function padNumbers(path: string): string {
  return path.replace(/\d+/g, (digits) => digits.padStart(9, "0"));
}

/** One line: construct path, prop path, message. */
export function formatIssue({ constructPath, propPath, message }: Issue): string {
  return `${constructPath}: ${propPath}: ${message}`;
}

/** One line an issue, sorted. */
export function formatIssues(issues: readonly Issue[]): string {
  return sortIssues(issues).map(formatIssue).join("\n");
}

/** Path of a prop below another; a name that is no identifier goes in brackets and quotes. */
export function join(path: string, name: string | number): string {
  if (typeof name === "number") return `${path}[${name}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** Path of an entry of a map: always in brackets and quotes. */
export function entry(path: string, key: string): string {
  return `${path}[${JSON.stringify(key)}]`;
}

/** Throws one error that holds all issues, one a line; nothing when there are none. */
export function throwIssues(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Error(formatIssues(issues));
}
