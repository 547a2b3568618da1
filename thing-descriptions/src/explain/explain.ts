import { ThingDescriptionError } from "../errors";
import type { Finding } from "../finding";
import { isObject, type JsonObject } from "../json/json";
import { parsePointer } from "../json/pointer";
import { modelOfUrn } from "../models/catalogue";
import type { Check } from "./checks/check";
import { checkCombos } from "./checks/combos";
import { checkContext } from "./checks/context";
import { checkDataSchemas } from "./checks/data-schemas";
import { checkDerivation } from "./checks/derivation";
import { checkForms } from "./checks/forms";
import { checkLeftovers } from "./checks/leftovers";
import { checkMeasurements } from "./checks/measurements";
import { checkMembers } from "./checks/members";
import { checkMetadata } from "./checks/metadata";
import { checkSecurity } from "./checks/security";
import { checkThingModel, isRemoval } from "./checks/thing-model";
import { isTooDeep } from "./depth";
import { withEmptyForms } from "./partial";
import type { DocumentKind } from "./schemas";
import { structuralFindings } from "./structure";
import { MAX_DEPTH, parseText } from "./text";
import { quote } from "./wording";

export interface ExplainOptions {
  /** @default "auto": a Thing Model where `@type` says so, else a Thing Description */
  readonly kind?: DocumentKind | "auto";
  /** Accept affordances without forms, as `WoT.produce()` does. @default false */
  readonly partial?: boolean;
  /**
   * Finds the Thing Model that the link with relation `type` names, with extensions resolved.
   * @default the models of this package; a model found nowhere is not compared
   */
  readonly modelOf?: (href: string) => JsonObject | undefined;
  /** Only W3C's JSON Schema: what a directory must accept. @default false */
  readonly schemaOnly?: boolean;
}

/** Findings told of one document; a last one says how many more there are at least. */
const MOST_FINDINGS = 200;

const COMMON: readonly Check[] = [
  checkContext,
  checkMetadata,
  checkSecurity,
  checkCombos,
  checkForms,
  checkDataSchemas,
  checkMeasurements,
];
const CHECKS: Readonly<Record<DocumentKind, readonly Check[]>> = {
  td: [...COMMON, checkLeftovers],
  tm: [...COMMON, checkThingModel],
};

/**
 * Everything wrong with a Thing Description 1.1 (or 1.0) or a Thing Model, in the order of the
 * document; errors mean that the standard is broken. Nothing is fetched from anywhere.
 *
 * @param document a parsed value, or JSON text: then findings have line numbers, and duplicate
 *   members and syntax errors are found too
 * @returns empty: valid
 */
export function explain(document: unknown, options: ExplainOptions = {}): Finding[] {
  if (typeof document !== "string") return limited(explainValue(document, options));
  const parsed = parseText(document);
  if (parsed.value === undefined) return limited(parsed.findings);
  const found = explainValue(parsed.value, options).map((finding) => ({
    ...finding,
    line: parsed.lineAt(parsePointer(finding.path) ?? []),
  }));
  return limited([...parsed.findings, ...found]).sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Errors before warnings, where not all can be told. */
function limited(findings: readonly Finding[]): Finding[] {
  if (findings.length <= MOST_FINDINGS) return [...findings];
  const errors = findings.filter(({ level }) => level === "error");
  const warnings = findings.filter(({ level }) => level === "warning");
  const told = [...errors, ...warnings].slice(0, MOST_FINDINGS);
  const rest: Finding = {
    level: errors.length > MOST_FINDINGS ? "error" : "warning",
    path: "",
    got: `at least ${findings.length - MOST_FINDINGS} more findings`,
    wanted: "fewer, to tell them all",
    rule: "limit",
  };
  return [...told, rest];
}

/**
 * @throws ThingDescriptionError with all findings, where one is an error
 */
export function validateThingDescription(td: unknown, options: ExplainOptions = {}): void {
  const findings = explain(td, { ...options, kind: "td" });
  if (findings.some(({ level }) => level === "error")) {
    const name = isObject(td) ? (td.id ?? td.title) : undefined;
    throw new ThingDescriptionError(
      typeof name === "string" ? name : "Thing Description",
      findings,
    );
  }
}

function explainValue(value: unknown, options: ExplainOptions): Finding[] {
  if (!isObject(value)) {
    return [
      {
        level: "error",
        path: "",
        got: quote(value),
        wanted: "a JSON object",
        rule: "td-context",
      },
    ];
  }
  if (isTooDeep(value, MAX_DEPTH)) {
    return [
      {
        level: "error",
        path: "",
        got: `nesting deeper than ${MAX_DEPTH}`,
        wanted: `at most ${MAX_DEPTH} objects and arrays within each other`,
        rule: "nesting",
      },
    ];
  }
  const kind = kindOf(value, options.kind ?? "auto");
  const structure = structuralFindings(
    kind,
    options.partial ? withEmptyForms(value) : value,
    MOST_FINDINGS + 1,
  ).filter(({ path }) => kind === "td" || !isRemoval(value, path));
  if (options.schemaOnly) return structure;
  const told = new Set(structure.map(({ path }) => path));
  const semantic = CHECKS[kind].flatMap((check) => check(value, kind));
  if (kind === "td") semantic.push(...checkDerivation(value, options.modelOf ?? modelOfUrn));
  const exact = [
    ...structure,
    ...semantic.filter(({ path, level }) => level === "warning" || !told.has(path)),
  ];
  const remarked = new Set(exact.map(({ path }) => path));
  return [...exact, ...checkMembers(value, kind).filter(({ path }) => !remarked.has(path))];
}

function kindOf(document: JsonObject, wanted: DocumentKind | "auto"): DocumentKind {
  if (wanted !== "auto") return wanted;
  const types = document["@type"];
  return (Array.isArray(types) ? types : [types]).includes("tm:ThingModel") ? "tm" : "td";
}
