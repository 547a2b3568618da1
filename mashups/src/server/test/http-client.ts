import type { FastifyInstance } from "fastify";

export interface Call {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | object;
}

/** An answer as tests look at it. */
export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(status: number, headers: Headers, body: string) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  json<T = Record<string, unknown>>(): T {
    return JSON.parse(this.body) as T;
  }
}

/** Calls an app over a real connection on loopback; the app listens from the first call on. */
export async function call(app: FastifyInstance, request: Call | string): Promise<Answer> {
  const address = app.server.address();
  const base =
    address !== null && typeof address === "object"
      ? `http://127.0.0.1:${address.port}`
      : await app.listen({ host: "127.0.0.1", port: 0 });
  return callUrl(base, request);
}

export async function callUrl(base: string, request: Call | string): Promise<Answer> {
  const {
    method = "GET",
    url,
    headers = {},
    payload,
  } = typeof request === "string" ? { url: request } : request;
  const response = await fetch(`${base}${url}`, {
    method,
    headers: {
      ...(payload === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(payload === undefined
      ? {}
      : { body: typeof payload === "string" ? payload : JSON.stringify(payload) }),
    signal: AbortSignal.timeout(30_000),
  });
  return new Answer(response.status, response.headers, await response.text());
}
