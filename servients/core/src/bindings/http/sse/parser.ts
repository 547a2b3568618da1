/** One event of a stream, as an EventSource would dispatch it. */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
  /** The last id seen, also from earlier events; "" where there was none. */
  readonly id: string;
}

/**
 * Event-stream text → events, in whatever pieces it arrives.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventStreamParser {
  readonly #onEvent: (event: ServerSentEvent) => void;
  readonly #onOverflow: () => void;
  readonly #maximumCharacters: number;
  readonly #decoder = new TextDecoder("utf-8");
  /** The line that has begun, in the pieces it came in. */
  #pieces: string[] = [];
  #pieceCharacters = 0;
  #data: string[] = [];
  #dataCharacters = 0;
  #type = "";
  #id: string;
  #endedWithCarriageReturn = false;
  /** The wait before reconnecting the server asked for, ms. */
  retryMs: number | undefined;

  constructor(options: {
    onEvent: (event: ServerSentEvent) => void;
    /** A line or an event is larger than allowed; the stream is of no use any more. */
    onOverflow: () => void;
    maximumCharacters: number;
    lastEventId?: string;
  }) {
    this.#onEvent = options.onEvent;
    this.#onOverflow = options.onOverflow;
    this.#maximumCharacters = options.maximumCharacters;
    this.#id = options.lastEventId ?? "";
  }

  get lastEventId(): string {
    return this.#id;
  }

  push(chunk: Buffer): void {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === "") return;
    // A CRLF cut in two is one line end.
    if (this.#endedWithCarriageReturn && text.startsWith("\n")) text = text.slice(1);
    this.#endedWithCarriageReturn = text.endsWith("\r");
    this.#take(text);
    if (this.#pieceCharacters + this.#dataCharacters > this.#maximumCharacters) this.#onOverflow();
  }

  #take(text: string): void {
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? "";
    lines.forEach((line, index) => {
      this.#line(index === 0 ? this.#pieces.join("") + line : line);
    });
    if (lines.length > 0) {
      this.#pieces = [];
      this.#pieceCharacters = 0;
    }
    if (rest === "") return;
    this.#pieces.push(rest);
    this.#pieceCharacters += rest.length;
  }

  #line(line: string): void {
    if (line === "") this.#dispatch();
    else if (!line.startsWith(":")) {
      const colon = line.indexOf(":");
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      this.#field(name, value);
    }
  }

  #field(name: string, value: string): void {
    if (name === "data") {
      this.#data.push(value);
      this.#dataCharacters += value.length;
    } else if (name === "event") this.#type = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  #dispatch(): void {
    const data = this.#data;
    const type = this.#type || "message";
    this.#data = [];
    this.#dataCharacters = 0;
    this.#type = "";
    if (data.length > 0) this.#onEvent({ type, data: data.join("\n"), id: this.#id });
  }
}
