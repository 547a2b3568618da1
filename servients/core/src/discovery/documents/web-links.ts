import { InputError } from "../../errors";

/** One link of a Link header or a link-format document. */
export interface WebLink {
  /** As written: often relative. */
  readonly target: string;
  /** By lower-case name; the first of several counts. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Longer values do not come from anybody who means well. */
const maxCharacters = 1024 * 1024;

/**
 * Links as HTTP's Link header (RFC 8288, section 3) and CoRE link format (RFC 6690, section 2) write
 * them: `</a>;rel=next;title="x, y", </b>`.
 *
 * @throws InputError at the place that is no link
 */
export function parseWebLinks(text: string): WebLink[] {
  if (text.length > maxCharacters) throw malformed(text, maxCharacters);
  const links: WebLink[] = [];
  const scanner = new Scanner(text);
  for (scanner.skip(/[\s,]*/y); !scanner.isAtEnd; ) {
    const target = scanner.take(/<([^<>]*)>\s*/y);
    const attributes: Record<string, string> = {};
    while (scanner.skip(/;\s*/y)) {
      // A lone semicolon is nothing, as RFC 8288 has it.
      const name = scanner.tryTake(/([^\s=;,"<>]+)\s*/y)?.toLowerCase();
      if (name === undefined) continue;
      const value = scanner.skip(/=\s*/y) ? takeValue(scanner) : "";
      if (!Object.hasOwn(attributes, name)) attributes[name] = value;
    }
    links.push({ target: target.trim(), attributes });
    const isOver = !scanner.skip(/,[\s,]*/y);
    if (isOver && !scanner.isAtEnd) throw malformed(text, scanner.at);
  }
  return links;
}

function takeValue(scanner: Scanner): string {
  const quoted = scanner.tryTake(/"((?:[^"\\]|\\[\s\S])*)"\s*/y);
  if (quoted !== undefined) return quoted.replace(/\\([\s\S])/g, "$1");
  return scanner.take(/([^\s;,"]*)\s*/y);
}

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** Whether there was something. @param pattern sticky */
  skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.at += found.length;
    return found !== "";
  }

  /** The first group. @param pattern sticky */
  tryTake(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    this.at += match?.[0].length ?? 0;
    return match?.[1];
  }

  /** @throws InputError */
  take(pattern: RegExp): string {
    const taken = this.tryTake(pattern);
    if (taken === undefined) throw malformed(this.#text, this.at);
    return taken;
  }
}

function malformed(text: string, at: number): InputError {
  const got = text.slice(at, at + 40);
  return new InputError({
    path: `character ${at}`,
    got,
    wanted: "a link such as </path>;rel=next",
  });
}
