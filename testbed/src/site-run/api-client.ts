import { isProblemDetails, UnreachableError } from "@fogwot/core";
import { ControlError } from "../errors";

/** How to reach one HTTP API of a running site. */
export interface ApiClient {
  /** JSON in, JSON out. @throws ControlError with the API's own words, UnreachableError */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The response itself, for exports. @throws as `request` */
  open(method: string, path: string): Promise<Response>;
}

const TIMEOUT_MS = 10_000;

export function createApiClient(
  baseUrl: string,
  token: string,
  timeoutMs: number = TIMEOUT_MS,
): ApiClient {
  const open = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const url = new URL(path, baseUrl);
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new UnreachableError(url.href, reasonOf(cause), { cause });
    }
    if (!response.ok) throw await refusal(url, response);
    return response;
  };
  return {
    open: (method, path) => open(method, path),
    request: async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const text = await (await open(method, path, body)).text();
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
  };
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
