import { InputError, OverloadedError, toFogwotError } from "../../../errors";
import type { Logger } from "../../../log";
import { type Block, blockOption, Code, OptionNumber } from "../message";
import { remoteText } from "../transport";
import type { BlockAssembly } from "./block-assembly";
import type { BlockSlices } from "./block-slices";
import { describeThing, listLinks, listThings } from "./discovery";
import { type Exchange, type Response, response } from "./exchange";
import type { Interactions, Outcome, RoutedRequest } from "./interactions";
import { problemResponse } from "./problem";
import { type RequestOptions, readOptions } from "./request";
import type { Route, Things } from "./things";

export interface DispatcherOptions {
  readonly things: Things;
  readonly assembly: BlockAssembly;
  readonly slices: BlockSlices;
  readonly interactions: Interactions;
  readonly log: Logger;
}

/** The request's own fault, whoever is asked: 4.00, 4.13, 4.15. */
const MALFORMED: ReadonlySet<number> = new Set([400, 413, 415]);

/** From a request to its resource, and from whatever comes of it to a response. */
export class Dispatcher {
  readonly counters = { requests: 0, errors: 0, malformed: 0 };
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Answers the exchange, whatever happens; never throws. */
  async take(exchange: Exchange): Promise<void> {
    this.counters.requests++;
    const options = readOptions(exchange.request);
    if ("badOption" in options) {
      this.counters.errors++;
      this.counters.malformed++;
      exchange.respond(response(options.isProxying ? Code.proxyingNotSupported : Code.badOption));
      return;
    }
    try {
      await this.#handle(exchange, options);
    } catch (thrown) {
      const error = toFogwotError(thrown);
      this.counters.errors++;
      if (MALFORMED.has(error.status)) this.counters.malformed++;
      if (error.status === 500) {
        this.#options.log.error(
          { err: error, path: options.path.join("/") },
          "CoAP request failed",
        );
      }
      exchange.respond(problemResponse(error));
    }
  }

  async #handle(exchange: Exchange, options: RequestOptions): Promise<void> {
    const { things, slices } = this.#options;
    const route = things.route(options.path);
    const { request } = exchange;
    const transferKey = keyOfTransfer(exchange, options);
    if (options.block2 && options.block2.number > 0) {
      const next = slices.next(transferKey, options.block2);
      if (next) return exchange.respond(next);
      // Invoking an action again would not give the rest of its first output.
      if (request.code !== Code.get) {
        throw new InputError({ path: "", got: "a later block", wanted: "block 0 first" });
      }
    }
    const payload = this.#assemble(exchange, options, transferKey);
    if (!Buffer.isBuffer(payload)) return exchange.respond(payload);
    const routed = { exchange, options, payload, transferKey };
    const { response: whole, onSent, onReset } = await this.#answer(route, routed);
    const first = slices.first(transferKey, whole, options.block2);
    exchange.respond(options.block1 ? acknowledged(first, options.block1) : first, onReset);
    onSent?.(first.payload.length < whole.payload.length);
  }

  /** The whole payload, or the response that asks for more of it. */
  #assemble(exchange: Exchange, options: RequestOptions, transferKey: string): Buffer | Response {
    const { request } = exchange;
    const { block1 } = options;
    if (!block1) return request.payload;
    const step = this.#options.assembly.take(transferKey, block1, request.payload);
    switch (step) {
      case "continue":
        return acknowledged(response(Code.continue), block1);
      case "incomplete":
        return acknowledged(response(Code.requestEntityIncomplete), block1);
      case "busy":
        throw new OverloadedError("too many uploads are under way");
      default:
        return step;
    }
  }

  #answer(route: Route, request: RoutedRequest): Outcome | Promise<Outcome> {
    const { things, interactions } = this.#options;
    const { options } = request;
    const { code } = request.exchange.request;
    switch (route.kind) {
      case "root":
        return { response: listThings(things.all(), code, options) };
      case "core":
        return { response: listLinks(things.all(), code, options) };
      case "description":
        return { response: describeThing(route.entry, code, options) };
      case "all-properties":
        return interactions.allProperties(route.entry, request);
      case "properties":
        return interactions.property(route, request);
      case "actions":
        return interactions.action(route, request);
      case "events":
        return interactions.event(route, request);
    }
  }
}

/** A client's transfers are told apart by what they are about, not by token (RFC 7959, section 2.4). */
function keyOfTransfer({ request, remote }: Exchange, options: RequestOptions): string {
  const { path, queries, accept, requestTag } = options;
  const what = `${path.join("/")}?${queries.join("&")}`;
  return `${remoteText(remote)} ${request.code} ${requestTag} ${accept} ${what}`;
}

function acknowledged(answer: Response, block1: Block): Response {
  const option = blockOption(OptionNumber.block1, block1);
  return { ...answer, options: [...answer.options, option] };
}
