import { NotAcceptableError, UnsupportedMediaTypeError } from "../../../errors";
import {
  type Block,
  contentFormatOf,
  contentTypeOf,
  decodeBlock,
  decodeUint,
  type Frame,
  OptionNumber,
} from "../message";
import type { Exchange } from "./exchange";
import type { Gate } from "./gate";

/** What the options of one request say. */
export interface RequestOptions {
  /** Percent-free path segments. */
  readonly path: readonly string[];
  /** `name=value` each, percent-free. */
  readonly queries: readonly string[];
  readonly accept: number | undefined;
  readonly contentFormat: number | undefined;
  /** 0 registers, 1 deregisters (RFC 7641, section 2). */
  readonly observe: number | undefined;
  readonly block1: Block | undefined;
  readonly block2: Block | undefined;
  /** Entity tags the client holds, as latin1 strings. */
  readonly etags: readonly string[];
  /** Tells concurrent block-wise operations of one client apart (RFC 9175). */
  readonly requestTag: string;
}

/** A critical option that is unknown, repeated or malformed: 4.02 (RFC 7252, section 5.4.1). */
export interface BadOption {
  readonly badOption: number;
  readonly isProxying: boolean;
}

interface Draft {
  path: string[];
  queries: string[];
  accept: number | undefined;
  contentFormat: number | undefined;
  observe: number | undefined;
  block1: Block | undefined;
  block2: Block | undefined;
  etags: string[];
  requestTag: string;
}

/** @param takesBert whether the request came over TCP */
export function readOptions(request: Frame, takesBert: boolean): RequestOptions | BadOption {
  const draft: Draft = {
    path: [],
    queries: [],
    accept: undefined,
    contentFormat: undefined,
    observe: undefined,
    block1: undefined,
    block2: undefined,
    etags: [],
    requestTag: "",
  };
  for (const { number, value } of request.options) {
    if (!takeOption(draft, number, value, takesBert)) {
      const isProxying = number === OptionNumber.proxyUri || number === OptionNumber.proxyScheme;
      return { badOption: number, isProxying };
    }
  }
  return draft;
}

function takeOption(draft: Draft, number: number, value: Buffer, takesBert: boolean): boolean {
  switch (number) {
    case OptionNumber.uriPath:
      draft.path.push(value.toString("utf8"));
      return value.length <= 255;
    case OptionNumber.uriQuery:
      draft.queries.push(value.toString("utf8"));
      return value.length <= 255;
    case OptionNumber.uriHost:
    case OptionNumber.uriPort:
      // One site a server: whatever name the client reached it by.
      return true;
    case OptionNumber.contentFormat:
      draft.contentFormat = decodeUint(value);
      return true;
    case OptionNumber.accept:
      if (draft.accept !== undefined || value.length > 2) return false;
      draft.accept = decodeUint(value);
      return true;
    case OptionNumber.observe:
      if (value.length <= 3) draft.observe = decodeUint(value);
      return true;
    case OptionNumber.block1:
      if (draft.block1) return false;
      draft.block1 = decodeBlock(value, takesBert);
      return draft.block1 !== undefined;
    case OptionNumber.block2:
      if (draft.block2) return false;
      draft.block2 = decodeBlock(value, takesBert);
      return draft.block2 !== undefined;
    case OptionNumber.etag:
      draft.etags.push(value.toString("latin1"));
      return true;
    case OptionNumber.requestTag:
      draft.requestTag += value.toString("latin1");
      return true;
    default:
      // Elective options may be ignored, critical ones (odd numbers) may not.
      return number % 2 === 0;
  }
}

/** One request whose resource is known, on its way there. */
export class RoutedRequest {
  readonly exchange: Exchange;
  readonly options: RequestOptions;
  readonly gate: Gate;
  /** Whole, also after a block-wise upload. */
  payload: Buffer;
  #transferKey: string | undefined;

  constructor(exchange: Exchange, options: RequestOptions, gate: Gate) {
    this.exchange = exchange;
    this.options = options;
    this.gate = gate;
    this.payload = exchange.request.payload;
  }

  get code(): number {
    return this.exchange.request.code;
  }

  /** Uri-Query options as one query string: they are percent-free, the shared parsers want one. */
  get query(): string {
    return this.options.queries.map(encodeQuery).join("&");
  }

  /**
   * Names this representation for this client, for the blocks after the first. A client's transfers
   * are told apart by what they are about, not by token (RFC 7959, section 2.4).
   */
  get transferKey(): string {
    this.#transferKey ??= this.#nameTransfer();
    return this.#transferKey;
  }

  #nameTransfer(): string {
    const { path, queries, accept, requestTag } = this.options;
    const what = `${path.join("/")}?${queries.join("&")}`;
    return `${this.exchange.peer.key} ${this.code} ${requestTag} ${accept} ${what}`;
  }
}

function encodeQuery(query: string): string {
  const at = query.indexOf("=");
  if (at < 0) return encodeURIComponent(query);
  return `${encodeURIComponent(query.slice(0, at))}=${encodeURIComponent(query.slice(at + 1))}`;
}

/**
 * The first offered media type that the Accept option allows.
 * @throws NotAcceptableError
 */
export function negotiate(options: RequestOptions, offered: readonly string[]): string {
  const first = offered[0] as string;
  if (options.accept === undefined) return first;
  const accepted = offered.find((type) => contentFormatOf(type) === options.accept);
  if (accepted !== undefined) return accepted;
  throw new NotAcceptableError(
    contentTypeOf(options.accept) ?? `Content-Format ${options.accept}`,
    offered,
  );
}

/**
 * The media type of the request's payload; without the option it is taken for the form's.
 * @throws UnsupportedMediaTypeError
 */
export function inputType(options: RequestOptions, supported: readonly string[]): string {
  if (options.contentFormat === undefined) return supported[0] as string;
  const type = contentTypeOf(options.contentFormat);
  if (type !== undefined && supported.includes(type)) return type;
  throw new UnsupportedMediaTypeError(type ?? `Content-Format ${options.contentFormat}`, supported);
}
