type Frames = (string | Buffer)[];

interface Sender {
  send(frames: Frames): Promise<void>;
}

export interface SendQueueOptions {
  /** Messages that wait at most; 0 < limit. */
  readonly limit: number;
  readonly onError: (frames: Frames, error: unknown) => void;
}

/** One send at a time: a ZeroMQ socket throws at a second one while the first waits. */
export class SendQueue {
  readonly #socket: Sender;
  readonly #options: SendQueueOptions;
  readonly #waiting: Frames[] = [];
  #isSending = false;

  constructor(socket: Sender, options: SendQueueOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** @returns false where the queue is full and the message dropped */
  push(frames: Frames): boolean {
    if (this.#isSending) {
      if (this.#waiting.length >= this.#options.limit) return false;
      this.#waiting.push(frames);
    } else {
      void this.#drain(frames);
    }
    return true;
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  async #drain(first: Frames): Promise<void> {
    this.#isSending = true;
    for (let frames: Frames | undefined = first; frames; frames = this.#waiting.shift()) {
      try {
        await this.#socket.send(frames);
      } catch (error) {
        this.#options.onError(frames, error);
      }
    }
    this.#isSending = false;
  }
}
