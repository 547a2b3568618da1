import { explainValue } from "@fogwot/thing-descriptions";
import { type Content, ContentSerdes } from "@node-wot/core";
import type { Verdict } from "./outcome";
import { WORKS, works } from "./outcome";

const JSON_TYPE = "application/json";

/** What the form promises of an answer. */
export interface Promised {
  readonly form: Readonly<Record<string, unknown>>;
  /** DataSchema of the answer; undefined: none is described. */
  readonly schema: unknown;
  /** Whether an answer without a value is one. */
  readonly mayBeEmpty: boolean;
}

/** A Thing's answer, judged; with its value where it has one. */
export interface Judged extends Verdict {
  readonly value?: unknown;
}

/** Media type, bytes and value of an answer against the form and the schema. */
export async function judge(content: Content, promised: Promised): Promise<Judged> {
  const body = await content.toBuffer();
  if (body.length === 0 && promised.mayBeEmpty) return WORKS;
  const type = mediaType(content.type ?? "");
  const expected = expectedTypes(promised.form);
  if (!expected.includes(type)) {
    const detail = `got ${type || "no content type"}, the form says ${expected.join(" or ")}`;
    return { result: "wrong content type", detail, status: null };
  }
  const codec = ContentSerdes.get();
  if (!isJson(type) && !codec.isSupported(type)) {
    return works(`the value is not looked at: no codec for ${type}`);
  }
  let value: unknown;
  try {
    value = decode(type, content.type, body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { result: "wrong value", detail: `not well-formed ${type}: ${reason}`, status: null };
  }
  const [fault] = explainValue(value, promised.schema);
  if (!fault) return { ...WORKS, value };
  const at = fault.path === "" ? "" : `${fault.path}: `;
  const detail = `${at}got ${fault.got}, wanted ${fault.wanted}`;
  return { result: "wrong value", detail, status: null, value };
}

/** A value as the form wants it sent. */
export function encode(
  value: unknown,
  form: Readonly<Record<string, unknown>>,
  schema: unknown,
): Content {
  const type = typeof form.contentType === "string" ? form.contentType : JSON_TYPE;
  return ContentSerdes.get().valueToContent(value as never, schema as never, type);
}

function decode(type: string, contentType: string, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  // node-wot's codec takes text that is not JSON for a string.
  if (isJson(type)) return JSON.parse(body.toString("utf8"));
  return ContentSerdes.get().contentToValue({ type: contentType, body }, {} as never);
}

function expectedTypes(form: Readonly<Record<string, unknown>>): string[] {
  const { response, additionalResponses, contentType = JSON_TYPE } = form;
  const main = contentTypeOf(response) ?? contentType;
  const others = [additionalResponses ?? []]
    .flat()
    .filter((one) => (one as { success?: unknown }).success === true)
    .map((one) => contentTypeOf(one) ?? contentType);
  return [...new Set([main, ...others].map((type) => mediaType(String(type))))];
}

function contentTypeOf(response: unknown): unknown {
  return (response as { contentType?: unknown } | undefined)?.contentType;
}

function mediaType(contentType: string): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function isJson(type: string): boolean {
  return type === JSON_TYPE || type.endsWith("+json");
}
