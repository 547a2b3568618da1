import type { Logger } from "@fogwot/core";
import {
  type Address64,
  type ApiMode,
  BROADCAST_64,
  DELIVERY,
  decodeFrame,
  encodeFrame,
  encodeNodeIdentity,
  type FrameOf,
  MAX_PAYLOAD_BYTES,
  MODEM_STATUS,
  type NodeIdentity,
  wrap,
  type XBeeFrame,
  XBeeParser,
} from "@fogwot/fog/xbee";
import type { Leaf } from "./leaf";
import { carryOut, createParameters, type Parameters } from "./parameters";

export interface CoordinatorOptions {
  readonly address64: Address64;
  /** As it was written to the module's flash. */
  readonly apiMode: ApiMode;
  /** Bytes for the host. */
  readonly send: (bytes: Buffer) => void;
  readonly log: Logger;
}

const COORDINATOR_16 = 0x0000;
const ALL_ZERO_64 = "0000000000000000";
const SELF_ADDRESSED = 0x23;
const TRANSMISSION_FAILED = 4;
const ACKNOWLEDGED = 0x01;
const BROADCAST = 0x02;
const DIGI_PROFILE = 0xc105;
const DIGI_MANUFACTURER = 0x101e;
/** Source event of a node identification: it has joined (parameter JN). */
const JOINED = 2;
const NOTHING = Buffer.alloc(0);

/** An emulated XBee ZB module that coordinates a network, as seen from its serial side. */
export class Coordinator {
  /** Frames from the host, and payloads for leaves, since the start. */
  readonly counters = { frames: 0, malformed: 0, transmissions: 0 };
  readonly #options: CoordinatorOptions;
  readonly #leaves = new Map<Address64, Leaf>();
  #parameters: Parameters;
  #parser: XBeeParser;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#parameters = this.#factory();
    this.#parser = this.#createParser();
  }

  get leaves(): readonly Leaf[] {
    return [...this.#leaves.values()];
  }

  add(leaf: Leaf): void {
    this.#leaves.set(leaf.address64, leaf);
    leaf.onPayload = (payload) => {
      const { address64, address16 } = leaf;
      this.#send({ type: "receive", address64, address16, options: ACKNOWLEDGED, payload });
    };
  }

  /** The module gets power: it says so, and that its network stands. Parameters are as written. */
  powerUp(): void {
    this.#parameters = this.#factory();
    this.#parser = this.#createParser();
    this.#send({ type: "modemStatus", status: MODEM_STATUS.hardwareReset });
    this.#send({ type: "modemStatus", status: MODEM_STATUS.coordinatorStarted });
  }

  /** A leaf that has come into the network tells who it is, as one with JN=1 does. */
  announce(leaf: Leaf): void {
    const { address64, address16 } = leaf;
    const node = identityOf(leaf, JOINED);
    this.#send({ type: "nodeIdentification", address64, address16, options: BROADCAST, node });
  }

  /** Bytes from the host. */
  take(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  #factory(): Parameters {
    const parameters = createParameters(this.#options.address64, COORDINATOR_16, "coordinator");
    parameters.set("AP", Buffer.of(this.#options.apiMode));
    return parameters;
  }

  get #mode(): ApiMode {
    return this.#parameters.get("AP")?.[0] === 2 ? 2 : 1;
  }

  #createParser(): XBeeParser {
    return new XBeeParser({
      mode: this.#mode,
      onFrame: (data) => {
        const frame = decodeFrame(data);
        if (typeof frame === "string") this.counters.malformed++;
        else this.#obey(frame);
      },
      onFault: (fault, count) => {
        this.counters.malformed++;
        this.#options.log.debug({ fault, count }, "from the host");
      },
    });
  }

  #obey(frame: XBeeFrame): void {
    this.counters.frames++;
    switch (frame.type) {
      case "at":
        this.#local(frame);
        break;
      case "remoteAt":
        this.#remote(frame);
        break;
      case "transmit":
        this.#transmit(frame);
        break;
      default:
        // Only a module sends it.
        this.counters.malformed++;
    }
  }

  #local({ id, command, value }: FrameOf<"at">): void {
    const answer = (status: number, result: Buffer): void => {
      if (id > 0) this.#send({ type: "atResponse", id, command, status, value: result });
    };
    if (command === "ND") {
      this.#discover(value, (identity) => answer(0, identity));
      return;
    }
    if (command === "FR") {
      answer(0, NOTHING);
      this.powerUp();
      return;
    }
    const modeBefore = this.#mode;
    const { status, value: result } = carryOut(this.#parameters, command, value);
    // The answer to a change of AP still comes in the mode it was asked in.
    this.#sendIn(modeBefore, id, { type: "atResponse", id, command, status, value: result });
    if (this.#mode !== modeBefore) this.#parser = this.#createParser();
  }

  /** With a value, only the module of that name answers. */
  #discover(wanted: Buffer, answer: (identity: Buffer) => void): void {
    for (const leaf of this.#leaves.values()) {
      if (wanted.length > 0 && wanted.toString("latin1") !== nameOf(leaf)) continue;
      leaf.reach((isReached) => {
        if (isReached) answer(encodeNodeIdentity(identityOf(leaf, 0)));
      });
    }
  }

  #remote({ id, address64, command, value }: FrameOf<"remoteAt">): void {
    const leaf = this.#leaves.get(address64);
    const answer = (status: number, result: Buffer): void => {
      if (id === 0) return;
      const address16 = leaf?.address16 ?? 0xfffe;
      const type = "remoteAtResponse";
      this.#send({ type, id, address64, address16, command, status, value: result });
    };
    if (!leaf) {
      answer(TRANSMISSION_FAILED, NOTHING);
      return;
    }
    leaf.reach((isReached) => {
      if (!isReached) {
        answer(TRANSMISSION_FAILED, NOTHING);
        return;
      }
      const result = carryOut(leaf.parameters, command, value);
      answer(result.status, result.value);
    });
  }

  #transmit({ id, address64, payload }: FrameOf<"transmit">): void {
    this.counters.transmissions++;
    const leaf = this.#leaves.get(address64);
    const delivered = (delivery: number): void => {
      if (id === 0) return;
      const address16 = leaf?.address16 ?? 0xfffe;
      const type = "transmitStatus";
      this.#send({ type, id, address16, retries: 0, delivery, discovery: 0 });
    };
    if (payload.length > MAX_PAYLOAD_BYTES) delivered(DELIVERY.payloadTooLarge);
    else if (address64 === BROADCAST_64) {
      for (const one of this.#leaves.values()) one.deliver(payload, () => undefined);
      delivered(DELIVERY.success);
    } else if (address64 === this.#options.address64 || address64 === ALL_ZERO_64) {
      delivered(SELF_ADDRESSED);
    } else if (leaf) leaf.deliver(payload, delivered);
    else delivered(DELIVERY.addressNotFound);
  }

  #send(frame: XBeeFrame): void {
    this.#options.send(wrap(encodeFrame(frame), this.#mode));
  }

  #sendIn(mode: ApiMode, id: number, frame: XBeeFrame): void {
    if (id > 0) this.#options.send(wrap(encodeFrame(frame), mode));
  }
}

function identityOf(leaf: Leaf, event: number): NodeIdentity {
  const { address64, address16 } = leaf;
  const vendor = { profile: DIGI_PROFILE, manufacturer: DIGI_MANUFACTURER };
  const name = nameOf(leaf);
  return { address64, address16, name, parent16: 0xfffe, role: 1, event, ...vendor };
}

function nameOf({ parameters }: Leaf): string {
  return parameters.get("NI")?.toString("latin1") ?? " ";
}
