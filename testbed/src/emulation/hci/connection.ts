import type { Clock } from "@fogwot/core";
import type { Peripheral, PeripheralConnection } from "./air";
import { CID } from "./constants";
import { Reassembly } from "./l2cap";
import { aclPackets, type ConnectionParameters } from "./packets";

export interface ConnectionOptions {
  readonly handle: number;
  readonly peripheral: Peripheral;
  readonly parameters: ConnectionParameters;
  readonly send: (bytes: Buffer) => void;
  readonly clock: Clock;
}

const PAIRING_FAILED = Buffer.of(0x05, 0x05);
const STEP_MS = 10;

/** One connection of the controller: frames to and from the peripheral, and its supervision. */
export class Connection {
  readonly handle: number;
  readonly peripheral: Peripheral;
  readonly parameters: ConnectionParameters;
  readonly #clock: Clock;
  readonly #end: PeripheralConnection;
  readonly #frames: Reassembly;
  #awaySinceMs: number | null = null;

  constructor({ handle, peripheral, parameters, send, clock }: ConnectionOptions) {
    this.handle = handle;
    this.peripheral = peripheral;
    this.parameters = parameters;
    this.#clock = clock;
    const sendFrame = (cid: number, payload: Buffer): void => {
      for (const packet of aclPackets(handle, cid, payload)) send(packet);
    };
    this.#end = peripheral.connect((pdu) => {
      if (peripheral.isThere) sendFrame(CID.att, pdu);
    });
    this.#frames = new Reassembly((cid, payload) => {
      if (!peripheral.isThere) return;
      if (cid === CID.att) this.#end.take(payload);
      // No pairing: what a sensor tells everybody needs none.
      else if (cid === CID.security) sendFrame(CID.security, PAIRING_FAILED);
    });
  }

  /** The peripheral has been away for longer than the supervision timeout. Asked once per tick. */
  get isLost(): boolean {
    if (this.peripheral.isThere) {
      this.#awaySinceMs = null;
      return false;
    }
    this.#awaySinceMs ??= this.#clock.monotonicMs();
    const awayMs = this.#clock.monotonicMs() - this.#awaySinceMs;
    return awayMs >= this.parameters.supervisionTimeout * STEP_MS;
  }

  /** @returns false for a fragment that belongs to no frame */
  take(isStart: boolean, data: Buffer): boolean {
    return this.#frames.take(isStart, data);
  }

  end(): void {
    this.#end.end();
  }
}
