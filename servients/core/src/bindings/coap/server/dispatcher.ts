import { type FogwotError, InputError, OverloadedError, toFogwotError } from "../../../errors";
import type { Logger } from "../../../log";
import { type Block, blockOption, Code, OptionNumber } from "../message";
import type { BlockAssembly } from "./block-assembly";
import type { BlockSlices } from "./block-slices";
import { type Exchange, type Response, response } from "./exchange";
import { Gate, type Gatekeeper } from "./gate";
import { problemResponse } from "./problem";
import { type RequestOptions, RoutedRequest, readOptions } from "./request";
import type { Resources } from "./resources";

export interface DispatcherOptions {
  readonly gatekeeper: Gatekeeper;
  readonly assembly: BlockAssembly;
  readonly slices: BlockSlices;
  readonly resources: Resources;
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
    const options = readOptions(exchange.request, exchange.peer.transport === "tls");
    if ("badOption" in options) {
      this.counters.errors++;
      this.counters.malformed++;
      exchange.respond(response(options.isProxying ? Code.proxyingNotSupported : Code.badOption));
      return;
    }
    try {
      const admitted = this.#options.gatekeeper.admit(exchange.peer);
      // No wait, not even of a microtask, where nobody is asked: most requests are small reads.
      const gate = admitted instanceof Gate ? admitted : await admitted;
      await this.#handle(new RoutedRequest(exchange, options, gate));
    } catch (thrown) {
      exchange.respond(this.#refusal(toFogwotError(thrown), options));
    }
  }

  #refusal(error: FogwotError, { path }: RequestOptions): Response {
    this.counters.errors++;
    if (MALFORMED.has(error.status)) this.counters.malformed++;
    if (error.status === 500) {
      this.#options.log.error({ err: error, path: path.join("/") }, "CoAP request failed");
    }
    return problemResponse(error);
  }

  async #handle(request: RoutedRequest): Promise<void> {
    const { slices, resources } = this.#options;
    const { exchange, options } = request;
    const { block1, block2 } = options;
    const { peer } = exchange;
    const route = resources.route(options.path);
    if (block2 && block2.number > 0) {
      const next = slices.next(request.transferKey, block2, peer);
      if (next) return exchange.respond(next);
      // Invoking an action again would not give the rest of its first output.
      if (request.code !== Code.get) {
        throw new InputError({ path: "", got: "a later block", wanted: "block 0 first" });
      }
    }
    const interim = block1 && this.#assemble(request, block1);
    if (interim) return exchange.respond(interim);
    const { response: whole, onSent, onReset } = await resources.answer(route, request);
    const first = slices.first(() => request.transferKey, whole, block2, peer);
    exchange.respond(block1 ? acknowledged(first, block1) : first, onReset);
    onSent?.(first.payload.length < whole.payload.length);
  }

  /** Completes the request's payload. @returns the response that asks for more of it */
  #assemble(request: RoutedRequest, block1: Block): Response | undefined {
    const { assembly } = this.#options;
    const step = assembly.take(request.transferKey, block1, request.payload);
    switch (step) {
      case "continue":
        return acknowledged(response(Code.continue), block1);
      case "incomplete":
        return acknowledged(response(Code.requestEntityIncomplete), block1);
      case "busy":
        throw new OverloadedError("too many uploads are under way");
      default:
        request.payload = step;
        return undefined;
    }
  }
}

function acknowledged(answer: Response, block1: Block): Response {
  const option = blockOption(OptionNumber.block1, block1);
  return { ...answer, options: [...answer.options, option] };
}
