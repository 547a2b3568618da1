import * as fs from "node:fs";
import * as path from "node:path";

/** Whether a name is meant as a pattern: the shell may have left it as it is. */
export function isGlob(text: string): boolean {
  return /[*?]|\{[^}]*,[^}]*\}/.test(text);
}

/** Folders that hold nobody's own documents. */
const PASSED_OVER = new Set(["node_modules", ".git"]);
const MOST_FILES = 100_000;

/** Every file below a folder, sorted; hidden ones and those of dependencies are passed over. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of fs.readdirSync(next, { withFileTypes: true })) {
      const file = path.join(next, entry.name);
      if (entry.name.startsWith(".") || PASSED_OVER.has(entry.name)) continue;
      if (entry.isDirectory()) open.push(file);
      else if (entry.isFile()) found.push(file);
    }
    if (found.length > MOST_FILES) break;
  }
  return found.sort();
}

/** Files that a pattern names: `*`, `?`, `**` and `{a,b}`, from the working folder. */
export function filesOfGlob(pattern: string): string[] {
  const normal = path.normalize(pattern);
  const fixed = normal.split(path.sep);
  const folder = fixed.slice(0, fixed.findIndex(isGlob)).join(path.sep);
  const root = folder === "" && path.isAbsolute(normal) ? path.sep : folder || ".";
  if (!fs.existsSync(root)) return [];
  const expression = expressionOf(normal);
  return filesBelow(root).filter((file) => expression.test(path.normalize(file)));
}

function expressionOf(pattern: string): RegExp {
  const tokens = pattern.split(/(\*\*\/|\*\*|\*|\?|\{[^}]*\})/);
  const source = tokens.map((token) => {
    if (token === "**/") return "(?:[^/]+/)*";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (/^\{.*,.*\}$/.test(token))
      return `(?:${token.slice(1, -1).split(",").map(literal).join("|")})`;
    return literal(token);
  });
  return new RegExp(`^${source.join("")}$`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
