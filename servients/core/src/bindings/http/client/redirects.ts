import type { HttpRequest } from "./transport";

/** As many as browsers did when they still counted few; a loop ends. */
export const MAX_REDIRECTS = 5;

export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/**
 * The request that an answer redirects to; undefined where it redirects nowhere, or to where a
 * request must not follow: an invocation is repeated only where the status says that it may be, what
 * carries credentials stays with its origin, and what was encrypted stays encrypted.
 *
 * @see RFC 9110, section 15.4
 */
export function redirected(
  request: HttpRequest,
  status: number,
  location: string | undefined,
): HttpRequest | undefined {
  if (location === undefined || !URL.canParse(location, request.href)) return undefined;
  const from = new URL(request.href);
  const to = new URL(location, from);
  if (to.protocol !== "https:" && (to.protocol !== "http:" || from.protocol === "https:")) {
    return undefined;
  }
  if (to.origin !== from.origin && request.isAnonymous !== true) return undefined;
  const href = to.href;
  const isSafe = request.method === "GET" || request.method === "HEAD";
  switch (status) {
    case 301:
    case 302:
      return isSafe ? { ...request, href } : undefined;
    case 303:
      return isSafe ? { ...request, href } : fetchInstead(request, href);
    case 307:
    case 308:
      return { ...request, href };
    default:
      return undefined;
  }
}

function fetchInstead({ body: _body, headers, ...request }: HttpRequest, href: string) {
  const kept = Object.entries(headers).filter(([name]) => !/^content-/i.test(name));
  return { ...request, href, method: "GET", headers: Object.fromEntries(kept) };
}
