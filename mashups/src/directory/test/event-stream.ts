import http from "node:http";
import { deferred, WaitTimeoutError } from "@fogwot/core";

export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

const limitMs = 20_000;

/** Reads an event stream as a browser's EventSource does, without its reconnecting. */
export class EventStream {
  readonly events: ServerSentEvent[] = [];
  readonly comments: string[] = [];
  readonly response: http.IncomingMessage;
  readonly #request: http.ClientRequest;
  readonly #watchers = new Set<() => void>();
  #text = "";

  constructor(request: http.ClientRequest, response: http.IncomingMessage) {
    this.#request = request;
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => this.#take(text));
    response.on("error", () => undefined);
    response.on("close", () => {
      for (const watcher of this.#watchers) watcher();
    });
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const opened = deferred<EventStream>();
    const request = http.get(url, {
      headers: { accept: "text/event-stream", ...headers },
      agent: false,
    });
    request.once("response", (response) => opened.resolve(new EventStream(request, response)));
    request.on("error", (error) => opened.reject(error));
    return opened.promise;
  }

  /** `thing_created urn:a`, one an event. */
  get summary(): string[] {
    return this.events.map(
      ({ type, data }) => `${type} ${(JSON.parse(data) as { id: string }).id}`,
    );
  }

  get isClosed(): boolean {
    return this.response.destroyed;
  }

  /** Resolves when the claim about what has come is true. */
  until(claim: () => boolean): Promise<void> {
    const done = deferred<void>();
    const timer = setTimeout(
      () => done.reject(new WaitTimeoutError("what the stream should bring", limitMs)),
      limitMs,
    );
    const watcher = () => {
      if (claim()) done.resolve();
    };
    this.#watchers.add(watcher);
    watcher();
    return done.promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
    });
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf("\n\n"); end >= 0; end = this.#text.indexOf("\n\n")) {
      this.#block(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
    }
    for (const watcher of this.#watchers) watcher();
  }

  #block(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      if (line.startsWith(":")) this.comments.push(line.slice(1).trim());
      else {
        const [, name = "", value = ""] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
        fields.set(name, value);
      }
    }
    const data = fields.get("data");
    if (data === undefined) return;
    const [type = "message", id = ""] = [fields.get("event"), fields.get("id")];
    this.events.push({ type, data, id });
  }
}
