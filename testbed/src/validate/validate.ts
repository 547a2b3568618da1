import { loadYaml } from "@fogwot/core";
import { explain, type Finding } from "@fogwot/thing-descriptions";
import { checkThing, placed } from "./check-thing";
import { configFindings } from "./config-files";
import { type DocumentKind, kindOf } from "./kind";
import { type ProbeOptions, type ProbeOutcome, probe, probeFindings } from "./probe";
import { readText } from "./read";
import { isUrl } from "./sources";

export interface Validated {
  readonly source: string;
  readonly kind: DocumentKind;
  readonly valid: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
  /** What came of each operation of each form; only of a live Thing, where that was asked for. */
  readonly probe?: readonly ProbeOutcome[];
}

/**
 * Checks one document, told apart by what is in it: a site file names its nodes, an emulation file its
 * boards, anything else is held to the rules of Thing Descriptions or Thing Models. JSON is checked as
 * text, so that lines can be told.
 *
 * @param source a file, "-" for stdin, or a URL
 * @param probing tries the forms of a Thing Description on the live Thing
 * @returns one; of a list of Thing Descriptions, as a directory has, one each
 * @throws ConfigError when it cannot be read or is no YAML, UnreachableError, PayloadTooLargeError
 */
export async function validate(source: string, probing?: ProbeOptions): Promise<Validated[]> {
  const isFile = source !== "-" && !isUrl(source);
  if (isFile && /\.ya?ml$/i.test(source)) return [validateYaml(source)];
  const { text, contentType } = await readText(source);
  const value = parsed(text);
  if (isList(value)) {
    const members: Validated[] = [];
    for (const [index, td] of value.entries()) {
      members.push(await validateMember(`${source}#/${index}`, td, probing));
    }
    return members;
  }
  const kind = kindOf(value);
  if (kind === "site file" || kind === "emulation file") {
    return [summary(source, kind, configFindings(kind, value, source))];
  }
  const findings = await checkThing({
    text,
    ...(isFile ? { file: source } : {}),
    ...(contentType === undefined ? {} : { contentType }),
  });
  const outcomes = await tried(kind, value, probing);
  const all = placed([...findings, ...liesIn(outcomes, probing)], text);
  return [summary(source, kind, all, outcomes)];
}

/** YAML holds JSON; the empty schema accepts every document. Of YAML no lines are known. */
function validateYaml(source: string): Validated {
  const value = loadYaml<unknown>(source, {});
  const kind = kindOf(value);
  const isConfig = kind === "site file" || kind === "emulation file";
  return summary(source, kind, isConfig ? configFindings(kind, value, source) : explain(value));
}

async function validateMember(
  source: string,
  td: object,
  probing: ProbeOptions | undefined,
): Promise<Validated> {
  const kind = kindOf(td);
  const findings = await checkThing({ text: JSON.stringify(td) });
  const outcomes = await tried(kind, td, probing);
  return summary(source, kind, [...findings, ...liesIn(outcomes, probing)], outcomes);
}

function tried(
  kind: DocumentKind,
  value: unknown,
  probing: ProbeOptions | undefined,
): Promise<ProbeOutcome[] | undefined> {
  const isThing = kind === "Thing Description" && typeof value === "object" && value !== null;
  return probing && isThing ? probe(value, probing) : Promise.resolve(undefined);
}

function liesIn(
  outcomes: readonly ProbeOutcome[] | undefined,
  probing: ProbeOptions | undefined,
): Finding[] {
  return probeFindings(outcomes ?? [], { hasCredentials: probing?.credentials !== undefined });
}

function summary(
  source: string,
  kind: DocumentKind,
  findings: readonly Finding[],
  outcomes?: readonly ProbeOutcome[],
): Validated {
  const errors = findings.filter(({ level }) => level === "error").length;
  return {
    source,
    kind,
    valid: errors === 0,
    errors,
    warnings: findings.length - errors,
    findings,
    ...(outcomes ? { probe: outcomes } : {}),
  };
}

function isList(value: unknown): value is object[] {
  const isObject = (one: unknown): boolean =>
    typeof one === "object" && one !== null && !Array.isArray(one);
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong with the text is told as findings, with lines.
    return undefined;
  }
}
