import type { Rng } from "@fogwot/core";
import { noise, pick } from "../malformed/bytes";
import { badPublication, brokenPackets, type Publication } from "../malformed/mqtt-flood";
import { packet, text } from "../malformed/mqtt-wire";
import { mutateBytes, mutateJson, NASTY } from "./mutate";

/** One publication near what a consumer sends to a Thing. */
export const fuzzPublication: Publication = (wire, thing, rng, n) => {
  if (rng.chance(0.3)) {
    badPublication(wire, thing, rng, n);
    return;
  }
  const payload = rng.chance(0.7)
    ? Buffer.from(mutateJson(rng, pick(rng, INPUTS)), "latin1")
    : noise(rng, 60);
  wire.publish(publishable(topicNear(rng, thing, n)), payload);
};

/** A session near a sound one, which the broker must end or bear. */
export function fuzzSession(rng: Rng): Buffer {
  if (rng.chance(0.3)) return brokenPackets(rng);
  const connect = packet(
    0x10,
    Buffer.concat([
      text("MQTT"),
      Buffer.of(rng.chance(0.9) ? 4 : rng.int(256), 2, 0, 0),
      text(`f${rng.int(1e9)}`),
    ]),
  );
  const packets = Array.from({ length: 1 + rng.int(3) }, () => pick(rng, PACKETS)(rng));
  const [first = connect, ...rest] = [connect, ...packets];
  // Mostly the connection comes about, so that what follows is read.
  const begin = rng.chance(0.8) ? first : mutateBytes(rng, first);
  return Buffer.concat([
    begin,
    ...rest.map((one) => (rng.chance(0.5) ? mutateBytes(rng, one) : one)),
  ]);
}

const INPUTS = [{ timeoutMs: 100 }, { text: "a" }, 21.5, "auto", { low: 1, high: 2 }];

const SUBJECTS = [
  "properties/level",
  "properties/mode",
  "properties/setpoint",
  "properties/nothing",
  "properties",
  "actions/getData",
  "actions/echo",
  "actions",
  "events/tick",
] as const;
const VERBS = ["", "/get", "/set", "/request", "/response", "/error", "/query", "/cancel", "/all"];

function topicNear(rng: Rng, thing: string, n: number): string {
  const correlation = pick(rng, [`/fuzz/${n}`, `/${n}`, "", "//", `/${pick(rng, NASTY)}`]);
  return `${thing}/${pick(rng, SUBJECTS)}${pick(rng, VERBS)}${correlation}`;
}

/** The flood's own connection must not be ended: what no topic may hold goes in sessions apart. */
function publishable(topic: string): string {
  return topic.replace(/[+#]/g, "_").replaceAll("\u0000", "_");
}

const PACKETS: readonly ((rng: Rng) => Buffer)[] = [
  (rng) =>
    packet(
      0x82,
      Buffer.concat([Buffer.of(0, 1 + rng.int(255)), text(filter(rng)), Buffer.of(rng.int(4))]),
    ),
  (rng) => packet(0xa2, Buffer.concat([Buffer.of(0, 1 + rng.int(255)), text(filter(rng))])),
  (rng) =>
    packet(0x30 | (rng.int(8) << 1), Buffer.concat([text(pick(rng, NASTY)), noise(rng, 40)])),
  (rng) => packet(rng.int(256), noise(rng, 40)),
  () => Buffer.of(0xc0, 0),
];

function filter(rng: Rng): string {
  return pick(rng, ["#", "+/+", "a/b", "$SYS/#", "$share/g/a", "a/#/b", ...NASTY]);
}
