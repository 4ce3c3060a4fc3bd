import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const ROOT = path.join(__dirname, "..");
const MANUAL = ["README.md", ...markdownIn("docs")];
const PAGES = [...MANUAL, "CHANGELOG.md", "lib/host/README.md", "lab/README.md"];

describe("the documentation", () => {
  test("has code that type-checks", () => {
    const blocks = MANUAL.flatMap(codeBlocks);

    expect(blocks.length).toBeGreaterThan(5);
    expect(problemsOf(blocks)).toEqual([]);
  }, 120_000);

  test.each(PAGES)("%s has links that lead somewhere", (page) => {
    const broken = linksOf(page).filter((link) => !leadsSomewhere(page, link));

    expect(broken).toEqual([]);
  });

  test("names pages that exist in doc comments", () => {
    const named = sources("lib").flatMap((file) => read(file).match(/\bdocs\/[a-z-]+\.md/g) ?? []);

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((page) => !fs.existsSync(path.join(ROOT, page)))).toEqual([]);
  });

  test("names props that exist in tables of props", () => {
    const props = new Set(
      sources("lib").flatMap((file) =>
        [...read(file).matchAll(/^\s+readonly (\w+)\??:/gm)].map(([, name]) => name),
      ),
    );
    const named = MANUAL.flatMap((page) => propsNamedIn(page).map((name) => `${page}: ${name}`));
    const unknown = named.filter((entry) =>
      entry
        .slice(entry.indexOf(": ") + 2)
        .split(".")
        .some((part) => !props.has(part)),
    );

    expect(named.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });

  test("tells the exit statuses that the host scripts have", () => {
    const ofScripts = statusesIn("lib/host/README.md");

    expect(ofScripts.length).toBeGreaterThan(10);
    expect(statusesIn("docs/troubleshooting.md")).toEqual(ofScripts);
  });
});

interface Block {
  /** `<page>:<line>`, for messages. */
  readonly place: string;
  readonly code: string;
}

function codeBlocks(page: string): Block[] {
  const text = read(page);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split("\n").length}`,
    code: match[1] ?? "",
  }));
}

/** What a block without imports of its own may use. */
const PRELUDE = `import { App, TerraformStack } from "cdktf";
import { Addons, bridgeNetwork, ControlPlane, type ControlPlaneProps, EtcdCluster, flannel, type HostProps, NodeJoin } from "cdktf-kubeadm";
declare const stack: TerraformStack;
declare const controlPlane: ControlPlane;
declare const props: ControlPlaneProps;
`;

function moduleOf({ code }: Block): string {
  if (/^import /m.test(code)) return code;
  return `${PRELUDE}export function example(): void {\n${code}\n}\n`;
}

/** Type-checks all blocks in one program, each as a module of its own. */
function problemsOf(blocks: readonly Block[]): string[] {
  const config = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const modules = new Map(
    blocks.map((block, i) => [path.join(ROOT, "test", `docs-block-${i}.ts`), block]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => {
    const block = modules.get(file);
    return block ? moduleOf(block) : readFile(file);
  };
  host.getSourceFile = (file, language, ...rest) => {
    const block = modules.get(file);
    return block
      ? ts.createSourceFile(file, moduleOf(block), language)
      : getSourceFile(file, language, ...rest);
  };
  const program = ts.createProgram(
    [...modules.keys()],
    {
      ...options,
      noUnusedLocals: false,
      noUnusedParameters: false,
      declaration: false,
      paths: { "cdktf-kubeadm": [path.join(ROOT, "lib/index.ts")] },
    },
    host,
  );
  return [...modules].flatMap(([file, { place }]) => {
    const source = program.getSourceFile(file);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  });
}

function linksOf(page: string): string[] {
  const text = read(page).replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : path.join(path.dirname(page), file);
  if (!fs.existsSync(path.join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

/** Anchors of the headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The code spans in the first column of tables whose first heading is "prop". */
function propsNamedIn(page: string): string[] {
  const tables = read(page).match(/^\| prop \|.*\n\|[-| ]+\|\n(?:\|.*\n)+/gm) ?? [];
  return tables.flatMap((table) =>
    table
      .split("\n")
      .slice(2)
      .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
      .map(([, name = ""]) => name),
  );
}

/** The rows "status | class" of a page's table of exit statuses. */
function statusesIn(page: string): string[] {
  return [...read(page).matchAll(/^\| (\d+) +\| ([^|]+?) +\|/gm)].map(
    ([, status, meaning]) => `${status} ${meaning}`,
  );
}

function markdownIn(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function sources(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name));
}

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}
