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

/** Never chosen for a value; its presence makes the dumper quote every string that matches. */
const goScalarTag = defineScalarTag<string>("tag:yaml.org,2002:go-scalar", {
  implicit: true,
  resolve: (source) =>
    GO_NUMBER.test(source.replaceAll("_", "")) || GO_DATE.test(source) ? source : NOT_RESOLVED,
  identify: () => false,
});

const SCHEMA = DUMP_SCHEMA.withTags(goScalarTag);

/**
 * Writes a value as one YAML document.
 *
 * Keys are sorted, members that are undefined are left out, lines are never folded, lists stand under their key without
 * further indent (as kubeadm and kubectl write them), and every string that a YAML 1.1 or 1.2 reader could take for
 * another type is quoted.
 *
 * Shape: two spaces a level, ends with a newline.
 *
 * @throws for what YAML cannot hold (functions, symbols)
 */
export function toYaml(value: unknown): string {
  return dump(value, {
    schema: SCHEMA,
    sortKeys: true,
    indent: 2,
    seqNoIndent: true,
    lineWidth: -1,
    noRefs: true,
    quoteStyle: "double",
  });
}
