import type { Rng } from "@fogwot/core";
import { badCoap } from "../malformed/bad-coap";
import { noise, pick } from "../malformed/bytes";
import {
  CONFIRMABLE,
  CONTENT_FORMAT,
  type Identity,
  message,
  NON_CONFIRMABLE,
  type Option,
  URI_PATH,
} from "../malformed/coap-wire";
import { mutateBytes, mutateJson, NASTY } from "./mutate";

/** One datagram near what a client sends: sound in most, wrong in some parts of it. */
export function fuzzCoap(rng: Rng, id: Identity, path: readonly string[]): Buffer {
  if (rng.chance(0.3)) return badCoap(rng, id, path);
  const type = rng.chance(0.5) ? CONFIRMABLE : NON_CONFIRMABLE;
  const code = rng.chance(0.9) ? 1 + rng.int(7) : rng.int(256);
  const payload = rng.chance(0.4)
    ? Buffer.from(mutateJson(rng, pick(rng, INPUTS)), "latin1").subarray(0, 1_200)
    : undefined;
  const whole = message(
    { ...id, type, code },
    [...pathNear(rng, path), ...optionsNear(rng)],
    payload,
  );
  return rng.chance(0.3) ? mutateBytes(rng, whole) : whole;
}

const INPUTS = [{ timeoutMs: 100 }, { text: "a" }, 21.5, "auto", { low: 1, high: 2 }];

const RESOURCES = [
  [],
  ["properties"],
  ["properties", "level"],
  ["properties", "mode"],
  ["properties", "setpoint"],
  ["actions", "getData"],
  ["actions", "echo"],
  ["actions", "echo", "1"],
  ["events", "tick"],
] as const;

function pathNear(rng: Rng, thing: readonly string[]): Option[] {
  const segments = [...thing, ...pick(rng, RESOURCES)];
  if (rng.chance(0.3)) segments.splice(rng.int(segments.length + 1), rng.int(2), pick(rng, NASTY));
  return segments.map((segment) => ({ number: URI_PATH, value: Buffer.from(segment) }));
}

/** RFC 7252's, 7641's, 7959's, 8768's, and any other. */
const NUMBERS = [
  1,
  3,
  4,
  5,
  6,
  7,
  8,
  11,
  CONTENT_FORMAT,
  14,
  15,
  16,
  17,
  20,
  23,
  27,
  28,
  35,
  39,
  60,
] as const;

function optionsNear(rng: Rng): Option[] {
  return Array.from({ length: rng.int(4) }, () => ({
    number: rng.chance(0.9) ? pick(rng, NUMBERS) : 1 + rng.int(2_000),
    value: rng.chance(0.5) ? integer(rng) : text(rng),
  }));
}

/** Of up to four bytes, as Observe, Block1, Block2, Accept and sizes are. */
function integer(rng: Rng): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(rng.chance(0.5) ? rng.int(64) : rng.int(2 ** 32));
  return bytes.subarray(rng.int(5));
}

function text(rng: Rng): Buffer {
  return rng.chance(0.5) ? Buffer.from(pick(rng, NASTY)) : noise(rng, 30);
}
