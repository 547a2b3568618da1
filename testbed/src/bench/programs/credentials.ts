import { createHash, timingSafeEqual } from "node:crypto";
import { UnauthorizedError } from "@fogwot/core";

/** Of the benchmark's only user; nothing it opens outlives the benchmark. */
const TOKEN = "bench-2f8a9d0c41b7";
const EXPECTED = digest(TOKEN);

/** The header that a load sends. */
export const AUTHORIZATION = `Bearer ${TOKEN}`;

/**
 * What both our server and bare Fastify ask of every request, so that neither does less.
 * @throws UnauthorizedError
 */
export function authenticate(authorization: string | undefined): void {
  const given = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined || !timingSafeEqual(digest(given), EXPECTED)) {
    throw new UnauthorizedError("wanted the benchmark's bearer token");
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
