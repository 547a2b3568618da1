import type { Rng } from "@fogwot/core";
import { noise } from "./bytes";

/** Payloads that are no JSON, or not what getData takes. */
export const BAD_INPUTS: readonly ((rng: Rng) => string | Buffer)[] = [
  (rng) => `{"timeoutMs":${rng.int(100)}`,
  (rng) => Buffer.concat([Buffer.of(0xff), noise(rng, 60)]),
  (rng) => "[".repeat(1 + rng.int(2_000)),
  (rng) => `"${"a".repeat(rng.int(200))}`,
  (rng) => JSON.stringify({ timeoutMs: -rng.int(100_000) }),
  (rng) => JSON.stringify({ timeoutMs: 60_001 + rng.int(1e6) }),
  (rng) => JSON.stringify({ timeoutMs: `${rng.int(1000)}` }),
  (rng) => JSON.stringify([rng.int(1000)]),
  (rng) => JSON.stringify("x".repeat(rng.int(100))),
  () => '{"timeoutMs":1e999}',
  () => '{"timeoutMs":1.5}',
  () => "NaN",
];
