import { isIPv6 } from "node:net";
import type { Form } from "@node-wot/core";
import { InputError } from "../../../errors";
import {
  blockSizeWithin,
  Code,
  contentFormatOf,
  contentTypeOf,
  DEFAULT_PORT,
  decodeUint,
  type Frame,
  findOption,
  type Option,
  OptionNumber,
  uintOption,
  uriOptions,
} from "../message";
import { DEFAULT_TLS_PORT } from "../stream";

/** Where a URL points and the options that carry its path (RFC 7252, section 6.4). */
export interface Target {
  readonly href: string;
  readonly host: string;
  readonly port: number;
  readonly options: readonly Option[];
}

/** What a form asks of a request. */
export interface FormRequest extends Target {
  readonly method: number;
  readonly isConfirmable: boolean;
  /** Largest blocks to send and to ask for; undefined leaves it to the channel. */
  readonly block1Size: number | undefined;
  readonly block2Size: number | undefined;
}

const METHODS: ReadonlyMap<unknown, number> = new Map([
  ["GET", Code.get],
  ["POST", Code.post],
  ["PUT", Code.put],
  ["DELETE", Code.delete],
  ["FETCH", 5],
  ["PATCH", 6],
  ["iPATCH", 7],
]);

/** Schemes this binding has clients for, and their registered ports. */
export const SCHEMES = { coap: DEFAULT_PORT, "coaps+tcp": DEFAULT_TLS_PORT } as const;
export type CoapScheme = keyof typeof SCHEMES;

/** @throws InputError when the URL is none of the scheme */
export function parseTarget(href: string, scheme: CoapScheme): Target {
  let url: URL;
  try {
    url = new URL(href);
  } catch (cause) {
    throw new InputError({ path: "/href", got: href, wanted: "an absolute URL" }, { cause });
  }
  if (url.protocol !== `${scheme}:` || url.hostname === "") {
    throw new InputError({ path: "/href", got: href, wanted: `a ${scheme}: URL with a host` });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? SCHEMES[scheme] : Number(url.port);
  const options: Option[] = uriOptions(url.pathname, url.search);
  // The name matters to servers with several virtual hosts; an address says nothing (section 5.10.1).
  if (!/^[\d.]+$/.test(host) && !isIPv6(host)) {
    options.push({ number: OptionNumber.uriHost, value: Buffer.from(host) });
  }
  return { href, host, port, options };
}

/** What a client makes of every form. */
export interface RequestDefaults {
  readonly scheme: CoapScheme;
  /** Where the form does not say (`cov:confirmable`). */
  readonly isConfirmable: boolean;
}

/**
 * A form as a request.
 * @param method what the operation uses where the form does not say (`cov:method`)
 * @throws InputError
 */
export function requestOfForm(
  form: Form,
  method: number,
  { scheme, isConfirmable }: RequestDefaults,
): FormRequest {
  const target = parseTarget(form.href, scheme);
  const options = [...target.options];
  const accept = acceptOf(form);
  if (accept !== undefined) options.push(uintOption(OptionNumber.accept, accept));
  const hopLimit = form["cov:hopLimit"];
  // None is a malformed option, and more do not fit (RFC 8768, section 3).
  if (isUint(hopLimit) && hopLimit >= 1 && hopLimit <= 255) {
    options.push(uintOption(OptionNumber.hopLimit, hopLimit));
  }
  const confirmable = form["cov:confirmable"];
  // Blocks of RFC 9177 would need a server that has them; its sizes hold for those of RFC 7959 as well.
  const blockwise = (form["cov:blockwise"] ?? form["cov:qblockwise"]) as
    | Record<string, unknown>
    | undefined;
  const block1Size = blockwise?.["cov:block1Size"];
  const block2Size = blockwise?.["cov:block2Size"];
  return {
    ...target,
    options,
    method: METHODS.get(form["cov:method"]) ?? method,
    isConfirmable: typeof confirmable === "boolean" ? confirmable : isConfirmable,
    block1Size: isUint(block1Size) ? blockSizeWithin(block1Size) : undefined,
    block2Size: isUint(block2Size) ? blockSizeWithin(block2Size) : undefined,
  };
}

/** The Content-Format of a request payload. */
export function contentFormatOption(form: Form, contentType: string): Option[] {
  const stated = form["cov:contentFormat"];
  const format = isUint(stated) ? stated : contentFormatOf(contentType);
  return format === undefined ? [] : [uintOption(OptionNumber.contentFormat, format)];
}

/** The media type a response states, else what the form promises. */
export function responseType(message: Frame, form: Form | undefined): string {
  const option = findOption(message.options, OptionNumber.contentFormat);
  const stated = option && contentTypeOf(decodeUint(option.value));
  return stated ?? form?.response?.contentType ?? form?.contentType ?? "application/json";
}

function acceptOf(form: Form): number | undefined {
  const accept = form["cov:accept"];
  if (isUint(accept)) return accept;
  const answered = (form.response ?? form) as Partial<Form>;
  const stated = answered["cov:contentFormat"];
  if (isUint(stated)) return stated;
  const expected = answered.contentType ?? form.contentType;
  return expected === undefined ? undefined : contentFormatOf(expected);
}

function isUint(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
