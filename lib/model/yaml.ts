/**
 * YAML as this library writes it: one text for one value, in the form that Go's tools write. Nothing here reads YAML.
 */
import { DUMP_SCHEMA, defineScalarTag, dump, NOT_RESOLVED } from "js-yaml";

/**
 * What Go's YAML readers take for another type beyond what the YAML standards say: they drop underscores in numbers,
 * accept prefixes in upper case, and months and days of one digit.
 */
const GO_NUMBER =
  /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$/;
const GO_DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]|$)/;

/** Words and times of day that Go's readers take for another type, and the empty text. */
const GO_WORD =
  /^(~|null|Null|NULL|[yY]|[yY]es|YES|[oO]n|ON|[nN]|[nN]o|NO|[oO]ff|OFF|[tT]rue|TRUE|[fF]alse|FALSE|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|<<)?$/;
const GO_BASE_60 = /^[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?$/;

/** Never chosen for a value; its presence makes the dumper quote every string that matches. */
const goScalarTag = defineScalarTag<string>("tag:yaml.org,2002:go-scalar", {
  implicit: true,
  resolve: (source) => (isNumberOrDate(source) ? source : NOT_RESOLVED),
  identify: () => false,
});

const SCHEMA = DUMP_SCHEMA.withTags(goScalarTag);

/**
 * Writes a value as one YAML document.
 *
 * Keys are sorted, members that are undefined are left out, lines are never folded, lists stand under their key without
 * further indent (as kubeadm and kubectl write them), and every string that a YAML 1.1 or 1.2 reader could take for
 * another type is quoted: double, and single where only its signs ask for quotes. So Go's tools write the same bytes,
 * and kubeadm's hash of a text is ours.
 *
 * Shape: two spaces a level, ends with a newline.
 *
 * @throws for what YAML cannot hold (functions, symbols)
 */
export function toYaml(value: unknown): string {
  const single = write(value, "single").split("\n");
  return write(value, "double")
    .split("\n")
    .map((line, index) => (hasQuotedType(line) ? line : (single[index] ?? line)))
    .join("\n");
}

function write(value: unknown, quoteStyle: "single" | "double"): string {
  return dump(value, {
    schema: SCHEMA,
    sortKeys: true,
    indent: 2,
    seqNoIndent: true,
    lineWidth: -1,
    noRefs: true,
    quoteStyle,
  });
}

/** Whether a line has quotes because of what its text would be without them. */
function hasQuotedType(line: string): boolean {
  const quoted = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
  return quoted.some(
    (text) =>
      GO_WORD.test(text) || isNumberOrDate(text) || GO_BASE_60.test(text.replaceAll("_", "")),
  );
}

function isNumberOrDate(text: string): boolean {
  if (!/^[-+.0-9]/.test(text)) return false;
  return GO_NUMBER.test(text.replaceAll("_", "")) || GO_DATE.test(text);
}
