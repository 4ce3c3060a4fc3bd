/** Text for Terraform is a template: `${` and `%{` in literal text must be doubled, in trigger keys too. */
export function escapeTemplate(text: string): string {
  // As functions: in a replacement string "$$" would mean one "$".
  return text.replaceAll("${", () => "$${").replaceAll("%{", () => "%%{");
}
