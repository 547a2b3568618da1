interface Level {
  /** Names so far; undefined inside an array. */
  readonly names: Set<string> | undefined;
  readonly path: string;
}

/**
 * JSON Pointer of the first member whose name was used before in its object. JSON.parse keeps the last
 * silently: an affordance of a Thing Description would be lost.
 *
 * @param text is JSON
 */
export function duplicateMember(text: string): string | undefined {
  const levels: Level[] = [];
  let name = "";
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (expectsName) {
          name = nameOf(text, at, end);
          const { names, path } = levels.at(-1) as Level;
          if (names?.has(name)) return `${path}/${escapePointer(name)}`;
          names?.add(name);
          expectsName = false;
        }
        at = end;
        break;
      }
      case OBJECT:
        levels.push({ names: new Set(), path: pathOf(levels, name) });
        expectsName = true;
        break;
      case ARRAY:
        levels.push({ names: undefined, path: pathOf(levels, name) });
        expectsName = false;
        break;
      case COMMA:
        expectsName = levels.at(-1)?.names !== undefined;
        break;
      case OBJECT_END:
      case ARRAY_END:
        levels.pop();
        expectsName = false;
        break;
    }
  }
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const COMMA = 0x2c;

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** The same name may be written with escapes and without. */
function nameOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
}

/** Elements of an array are not counted: the array is near enough. */
function pathOf(levels: readonly Level[], name: string): string {
  const parent = levels.at(-1);
  if (!parent) return "";
  return parent.names ? `${parent.path}/${escapePointer(name)}` : parent.path;
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
