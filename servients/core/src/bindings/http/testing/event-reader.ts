import { EventStreamParser, type ServerSentEvent } from "../sse/parser";

/** Reads an event stream by `fetch`, as a client that knows nothing of ours would. */
export class EventReader {
  readonly events: ServerSentEvent[] = [];
  readonly response: Response;
  readonly #abort: AbortController;
  /** Settles when the stream has ended, whoever ended it. */
  readonly ended: Promise<void>;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.ended = this.#read();
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, {
      headers: { accept: "text/event-stream", ...headers },
      signal: abort.signal,
    });
    return new EventReader(response, abort);
  }

  get data(): unknown[] {
    return this.events.map((event) => JSON.parse(event.data));
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(): Promise<void> {
    const parser = new EventStreamParser({
      onEvent: (event) => this.events.push(event),
      onOverflow: () => this.#abort.abort(),
      maximumCharacters: 1_000_000,
    });
    try {
      for await (const chunk of this.response.body ?? []) parser.push(Buffer.from(chunk));
    } catch {
      // The server or this reader broke the connection off: that is an end too.
    }
  }
}
