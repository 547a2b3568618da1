import * as net from "node:net";
import { createRng, type Rng } from "@fogwot/core";
import { GENEROUS_MS } from "../site/until";
import { BAD_INPUTS } from "./bad-inputs";
import { noise, pick } from "./bytes";
import type { Flood } from "./flood";
import { MqttWire, packet, text } from "./mqtt-wire";

const BATCH = 100;
/** One of so many pieces is not a bad payload for the fog node but a broken packet for the broker. */
const BROKEN_EVERY = 20;

export interface MqttFloodOptions {
  readonly brokerUrl: string;
  /** Topic of a Device Thing. */
  readonly thing: string;
  readonly seed: number;
  /** Resolves when the Servient has taken in all that was published; gets how many that is. */
  readonly digested: (published: number, wire: MqttWire) => Promise<void>;
  /** Publishes one message. @default what a Device Thing has to refuse */
  readonly publish?: Publication;
  /** One connection that breaks the protocol. @default packets that no client may send */
  readonly breaking?: (rng: Rng) => Buffer;
}

/**
 * Bad publications to the topics that a Thing takes requests on; and, on connections of their own,
 * packets that break the protocol, which the broker has to end without anybody else noticing.
 */
export class MqttFlood implements Flood {
  readonly name = "mqtt";
  readonly isCounted = true;
  readonly answers = {};
  readonly failures = 0;
  readonly #options: MqttFloodOptions;
  readonly #rng;
  #wire: MqttWire | undefined;
  #sent = 0;
  #broken = 0;

  constructor(options: MqttFloodOptions) {
    this.#options = options;
    this.#rng = createRng(options.seed, "bad MQTT");
  }

  /** Publications; the fog node must have counted as many. */
  get sent(): number {
    return this.#sent;
  }

  /** Connections that broke the protocol. */
  get broken(): number {
    return this.#broken;
  }

  async send(count: number): Promise<void> {
    const { brokerUrl, digested, thing, publish = badPublication } = this.#options;
    this.#wire ??= await MqttWire.connect(brokerUrl, `flood-${process.pid}`);
    for (let left = count; left > 0; left -= BATCH) {
      const batch = Math.min(BATCH, left);
      for (let n = 0; n < batch; n++) {
        publish(this.#wire, thing, this.#rng, this.#sent++);
      }
      await this.#wire.ping();
      await digested(this.#sent, this.#wire);
      const breaking = Array.from({ length: Math.ceil(batch / BROKEN_EVERY) }, () => this.#break());
      await Promise.all(breaking);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire?.end();
  }

  async #break(): Promise<void> {
    this.#broken++;
    const { hostname, port } = new URL(this.#options.brokerUrl);
    const socket = net.connect({ host: hostname, port: Number(port) });
    const closed = new Promise<void>((resolve) => {
      socket.once("error", () => resolve());
      socket.once("close", () => resolve());
    });
    socket.setTimeout(GENEROUS_MS, () => socket.destroy());
    socket.resume();
    socket.end((this.#options.breaking ?? brokenPackets)(this.#rng));
    await closed;
  }
}

/** Publishes one message to a Thing's topics. */
export type Publication = (wire: MqttWire, thing: string, rng: Rng, n: number) => void;

/** A message that a Device Thing refuses and counts as malformed. */
export const badPublication: Publication = (wire, thing, rng, n) =>
  pick(rng, PUBLICATIONS)(wire, thing, rng, n);

/** Packets after which a broker has to end the connection. */
export function brokenPackets(rng: Rng): Buffer {
  return pick(rng, BROKEN)(rng);
}

/** Each is one message that reaches the fog node and has to be counted as malformed. */
const PUBLICATIONS: readonly Publication[] = [
  ...BAD_INPUTS.flatMap((input): Publication[] => [
    (wire, thing, rng, n) =>
      wire.publish(`${thing}/actions/getData/request/${n}`, Buffer.from(input(rng))),
    (wire, thing, rng) => wire.publish(`${thing}/actions/getData`, Buffer.from(input(rng))),
  ]),
  (wire, thing, rng, n) =>
    wire.publish(
      `${thing}/properties/samplingInterval/set/${n}`,
      Buffer.from(String(-1 - rng.int(1_000))),
    ),
  // A request's topic, but for the correlation that is too long.
  (wire, thing) =>
    wire.publish(`${thing}/actions/getData/request/${"c".repeat(300)}`, Buffer.from("{}")),
  (wire, thing, _, n) =>
    wire.publish(`${thing}/actions/getData/request/a/b/c/${n}`, Buffer.from("{}")),
  (wire, thing) => wire.publish(`${thing}/actions/%zz`, Buffer.from("{}")),
];

const BROKEN: readonly ((rng: Rng) => Buffer)[] = [
  (rng) => noise(rng, 300),
  // A PUBLISH before the CONNECT; a remaining length without end; a CONNECT that lies about itself.
  () => packet(0x30, Buffer.concat([text("a"), Buffer.from("b")])),
  () => Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff),
  () => packet(0x10, Buffer.concat([text("MQTT"), Buffer.of(4, 0xff, 0, 0), text("")])),
  () => packet(0x10, Buffer.concat([text("HTTP"), Buffer.of(9, 2, 0, 0), text("x")])),
  (rng) =>
    Buffer.concat([
      packet(0x10, Buffer.concat([text("MQTT"), Buffer.of(4, 2, 0, 0), text(`b${rng.int(1e9)}`)])),
      packet(0x36, noise(rng, 40)),
    ]),
  (rng) =>
    Buffer.concat([
      packet(0x10, Buffer.concat([text("MQTT"), Buffer.of(4, 2, 0, 0), text(`b${rng.int(1e9)}`)])),
      packet(0x30, Buffer.concat([text("a/+/#"), noise(rng, 40)])),
    ]),
];
