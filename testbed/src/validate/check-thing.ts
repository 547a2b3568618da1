import {
  ExpansionLimitError,
  expand,
  explain,
  explainModelFile,
  type Finding,
  JsonLdError,
  linesOf,
  RemoteContextError,
} from "@fogwot/thing-descriptions";

/** What a document is checked with beside its own text. */
export interface ThingSource {
  readonly text: string;
  /** Where a Thing Model lies, so that the files it names can be looked at. */
  readonly file?: string;
  /** What the server called it. */
  readonly contentType?: string;
}

const MEDIA_TYPES = [
  "application/td+json",
  "application/tm+json",
  "application/ld+json",
  "application/json",
];

/**
 * Everything wrong with a Thing Description or Thing Model as text: its JSON, the standard's schema and
 * assertions, its JSON-LD, for a model the files it is made of; with lines, in the order of the text.
 */
export async function checkThing({ text, file, contentType }: ThingSource): Promise<Finding[]> {
  const findings = explain(text);
  const value = parsed(text);
  const further =
    value === undefined
      ? []
      : [
          ...(isSound(findings) ? await jsonLdFindings(value) : []),
          ...(file !== undefined && isModel(value) && isSound(findings)
            ? explainModelFile(file)
            : []),
        ];
  return placed([...mediaTypeFindings(contentType), ...findings, ...further], text);
}

/** With lines, in the order of the text. All on one line, as servers send it, the number says nothing. */
export function placed(findings: readonly Finding[], text: string): Finding[] {
  if (!text.trim().includes("\n")) return findings.map(({ line, ...finding }) => finding);
  const lineOf = linesOf(text);
  return findings
    .map((finding) => ({ ...finding, line: finding.line ?? lineOf(finding.path) }))
    .sort((a, b) => a.line - b.line);
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level === "warning");
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // What is wrong with the text stands among the findings, with its line.
    return undefined;
  }
}

function isModel(value: object): boolean {
  return "@type" in value && [value["@type"]].flat().includes("tm:ThingModel");
}

async function jsonLdFindings(value: object): Promise<Finding[]> {
  try {
    const { dropped } = await expand(value);
    return dropped.map(({ name, reason }) => ({
      level: "warning",
      path: "/@context",
      got: `"${name}" has no place in the graph: ${reason}`,
      wanted: "a prefix or term that @context defines",
      rule: "td-jsonld",
    }));
  } catch (error) {
    // Nothing is fetched, and nothing can be said of what is not at hand.
    if (error instanceof RemoteContextError) return [];
    if (!(error instanceof JsonLdError || error instanceof ExpansionLimitError)) throw error;
    return [
      {
        level: "error",
        path: "/@context",
        got: error.message,
        wanted: "a document that a JSON-LD processor can read",
        rule: "td-jsonld",
      },
    ];
  }
}

function mediaTypeFindings(contentType: string | undefined): Finding[] {
  if (contentType === undefined) return [];
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (MEDIA_TYPES.includes(type)) return [];
  return [
    {
      level: "warning",
      path: "",
      got: `served as ${contentType}`,
      wanted: "application/td+json or application/json",
      rule: "exploration-server-http-resp-content-type",
    },
  ];
}
