import { randomBytes } from "node:crypto";
import {
  type FogwotError,
  InteractionAbortedError,
  InteractionError,
  InteractionTimeoutError,
  PayloadTooLargeError,
} from "../../../errors";
import type { Clock } from "../../../time";
import { refuseAborted } from "../../limits";
import {
  type Block,
  blockOption,
  Code,
  decodeBlock,
  type Frame,
  findOption,
  NO_BYTES,
  type Option,
  OptionNumber,
} from "../message";
import type { Channel } from "./channel";
import { failureError } from "./response-error";
import type { FormRequest, Target } from "./target";

export interface TransferContext {
  /** The channel to where a request goes. @throws UnreachableError, InteractionError 401 */
  readonly acquire: (request: Target) => Promise<Channel>;
  readonly clock: Clock;
  /** Longest wait for the whole transfer, all blocks included. */
  readonly timeoutMs: number;
  /** Gives the transfer up. */
  readonly signal?: AbortSignal | undefined;
  readonly maximumPayloadBytes: number;
}

/** Fetching all blocks of one state is tried this often when the state keeps changing. */
const MAXIMUM_RESTARTS = 3;

/**
 * One request and its whole response: retransmission, block-wise upload and download (RFC 7959)
 * within one time-out.
 */
export class Transfer {
  readonly #request: FormRequest;
  readonly #context: TransferContext;
  #options: readonly Option[];
  #abort: (error: Error) => void = () => undefined;
  #expired: FogwotError | undefined;

  constructor(request: FormRequest, context: TransferContext) {
    this.#request = request;
    this.#context = context;
    this.#options = request.options;
  }

  /**
   * @param input payload and its Content-Format option
   * @throws InteractionTimeoutError, UnreachableError, PayloadTooLargeError, InteractionAbortedError
   */
  async run(input: { payload: Buffer; options: readonly Option[] }): Promise<Frame> {
    return this.#timed(async (channel) => {
      const leave = this.#enter(channel, input.payload);
      try {
        return await this.#download(channel, await this.#upload(channel, input), 0);
      } finally {
        leave();
      }
    });
  }

  /** Fetches the blocks after a first one that came as a notification. */
  async complete(first: Frame): Promise<Frame> {
    return this.#timed((channel) => this.#download(channel, first, MAXIMUM_RESTARTS));
  }

  async #timed(work: (channel: Channel) => Promise<Frame>): Promise<Frame> {
    const { acquire, clock, timeoutMs, signal } = this.#context;
    const { href } = this.#request;
    refuseAborted(href, signal);
    const expire = (error: FogwotError): void => {
      this.#expired = error;
      this.#abort(error);
    };
    const cancel = clock.schedule(timeoutMs, () =>
      expire(new InteractionTimeoutError(href, timeoutMs)),
    );
    const onAbort = () => expire(new InteractionAbortedError(href, { cause: signal?.reason }));
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const acquired = new Promise<Channel>((resolve, reject) => {
        this.#abort = reject;
        acquire(this.#request).then(resolve, reject);
      });
      return await work(await acquired);
    } finally {
      cancel();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * A server tells block-wise operations apart by method and path: when two may overlap, a
   * Request-Tag does (RFC 9175, section 3.3). Readings need none, their blocks carry an ETag.
   */
  #enter(channel: Channel, payload: Buffer): () => void {
    const { method, options, block1Size } = this.#request;
    if (method === Code.get) return () => undefined;
    const path = options.map((option) => `${option.number} ${option.value.toString("latin1")}`);
    const { isFirst, leave } = channel.enter(`${method} ${path.join("/")}`);
    if (!isFirst || payload.length > channel.uploadOf(block1Size).wholeBytes) {
      this.#options = [...options, { number: OptionNumber.requestTag, value: randomBytes(4) }];
    }
    return leave;
  }

  async #upload(
    channel: Channel,
    input: { payload: Buffer; options: readonly Option[] },
  ): Promise<Frame> {
    const { payload } = input;
    const { block2Size } = this.#request;
    const options = this.#options;
    const asked = block2Size
      ? [blockOption(OptionNumber.block2, { number: 0, more: false, size: block2Size })]
      : [];
    const common = [...options, ...input.options, ...asked];
    let { wholeBytes, block, partBytes } = channel.uploadOf(this.#request.block1Size);
    if (payload.length <= wholeBytes) return this.#exchange(channel, common, payload);
    let offset = 0;
    for (;;) {
      const end = Math.min(offset + partBytes, payload.length);
      const part = { number: offset / block.size, more: end < payload.length, ...block };
      const answer = await this.#exchange(
        channel,
        [...common, blockOption(OptionNumber.block1, part)],
        payload.subarray(offset, end),
      );
      const wanted = blockOf(answer, OptionNumber.block1, channel);
      const isSmaller = wanted !== undefined && wanted.size < block.size;
      if (answer.code === Code.requestEntityTooLarge && isSmaller && offset === 0) {
        block = { size: wanted.size };
        partBytes = wanted.size;
      } else if (answer.code !== Code.continue || end === payload.length) return answer;
      else {
        offset = end;
        if (isSmaller) {
          block = { size: wanted.size };
          partBytes = wanted.size;
        }
      }
    }
  }

  async #download(channel: Channel, first: Frame, restarts: number): Promise<Frame> {
    let block = blockOf(first, OptionNumber.block2, channel);
    if (!block?.more) return first;
    const etag = etagOf(first);
    const parts = [first.payload];
    let bytes = first.payload.length;
    while (block?.more) {
      const next: Block = { ...block, number: bytes / block.size, more: false };
      const asked = blockOption(OptionNumber.block2, next);
      const answer = await this.#exchange(channel, [...this.#options, asked], NO_BYTES);
      const got = blockOf(answer, OptionNumber.block2, channel);
      if (answer.code !== first.code) return answer;
      if (!got || got.number * got.size !== bytes || etagOf(answer) !== etag) {
        return this.#restart(channel, restarts);
      }
      block = got;
      parts.push(answer.payload);
      bytes += answer.payload.length;
      if (bytes > this.#context.maximumPayloadBytes) {
        throw new PayloadTooLargeError(this.#context.maximumPayloadBytes);
      }
    }
    return { ...first, payload: Buffer.concat(parts, bytes) };
  }

  /** The value changed between two blocks: a reading can start anew, an invocation cannot. */
  async #restart(channel: Channel, restarts: number): Promise<Frame> {
    const { href, method } = this.#request;
    if (method !== Code.get || restarts >= MAXIMUM_RESTARTS) {
      throw new InteractionError(href, 409, undefined);
    }
    const first = await this.#upload(channel, { payload: NO_BYTES, options: [] });
    return this.#download(channel, first, restarts + 1);
  }

  #exchange(channel: Channel, options: readonly Option[], payload: Buffer): Promise<Frame> {
    const { href, method, isConfirmable } = this.#request;
    return new Promise((resolve, reject) => {
      if (this.#expired) {
        reject(this.#expired);
        return;
      }
      const conversation = channel.converse({
        onResponse: (message) => {
          conversation.close();
          resolve(message);
        },
        onFailure: (failure) => {
          conversation.close();
          reject(failureError(href, failure, this.#context.timeoutMs));
        },
      });
      this.#abort = (error) => {
        conversation.close();
        reject(error);
      };
      conversation.send({ isConfirmable, code: method, options, payload });
    });
  }
}

/** Whether blocks of the response are still to be fetched. */
export function hasMore(message: Frame): boolean {
  return blockOf(message, OptionNumber.block2, { isOrdered: true })?.more === true;
}

function blockOf(
  message: Frame,
  number: typeof OptionNumber.block1 | typeof OptionNumber.block2,
  { isOrdered }: Pick<Channel, "isOrdered">,
): Block | undefined {
  const option = findOption(message.options, number);
  return option && decodeBlock(option.value, isOrdered);
}

function etagOf(message: Frame): string {
  return findOption(message.options, OptionNumber.etag)?.value.toString("latin1") ?? "";
}
