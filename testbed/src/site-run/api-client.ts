import { type Fetch, isProblemDetails, UnreachableError, WaitTimeoutError } from "@fogwot/core";
import { ControlError } from "../errors";

/** How to reach one HTTP API of a running site. */
export interface ApiClient {
  /** JSON in, JSON out. @throws ControlError with the API's own words, UnreachableError */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The response itself, for exports. @throws as `request` */
  open(method: string, path: string): Promise<Response>;
}

export interface ApiClientOptions {
  /** One that trusts the site's certificates. @default Node's own */
  readonly fetch?: Fetch;
  /** Longest silence. @default 10,000 ms */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

export function createApiClient(
  baseUrl: string,
  token: string,
  { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ApiClientOptions = {},
): ApiClient {
  const open = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const url = new URL(path, baseUrl);
    const patience = new Patience(url.href, timeoutMs);
    let response: Response;
    try {
      const request = fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: patience.signal,
      });
      response = await patience.during(request);
    } catch (cause) {
      throw new UnreachableError(url.href, reasonOf(cause), { cause });
    }
    const whole = patience.watch(response);
    if (!response.ok) throw await refusal(url, whole);
    return whole;
  };
  return {
    open: (method, path) => open(method, path),
    request: async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const text = await (await open(method, path, body)).text();
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
  };
}

/**
 * Gives a request up when the server lets us wait for too long. An answer may last as long as it
 * goes on, and who reads it may take all the time there is.
 */
class Patience {
  readonly #controller = new AbortController();
  readonly #error: WaitTimeoutError;
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#error = new WaitTimeoutError(`answer of ${url}`, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async during<T>(wait: Promise<T>): Promise<T> {
    this.#timer = setTimeout(() => this.#controller.abort(this.#error), this.#timeoutMs);
    try {
      return await wait;
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** The response, each part of its body awaited with the same patience. */
  watch(response: Response): Response {
    const reader = response.body?.getReader();
    if (!reader) return response;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await this.during(reader.read());
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      // Nothing is asked for before somebody wants it.
      { highWaterMark: 0 },
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

async function refusal(url: URL, response: Response): Promise<ControlError> {
  const text = await response.text();
  let problem: unknown;
  try {
    problem = JSON.parse(text);
  } catch {
    // Not JSON: the plain text is shown instead.
    problem = undefined;
  }
  const said = isProblemDetails(problem) ? problem.detail || problem.title : text.slice(0, 200);
  return new ControlError(said || `${url.pathname}: ${response.status}`, response.status, {
    details: { url: url.href, ...(isProblemDetails(problem) ? { problem } : {}) },
  });
}
