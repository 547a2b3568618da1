import { PACKET } from "./constants";

export interface HostPackets {
  command(opcode: number, parameters: Buffer): void;
  /** `isStart`: first fragment of an L2CAP frame. */
  acl(handle: number, isStart: boolean, data: Buffer): void;
  /** Bytes that belong to no packet. */
  noise(count: number): void;
}

const COMMAND_HEADER_BYTES = 4;
const ACL_HEADER_BYTES = 5;
/** A host sends no longer ACL packet than the controller said it takes; noise does. */
const MAX_ACL_BYTES = 1_024;
const START_FLAGS: readonly number[] = [0b00, 0b10];

/** What the host sends over H4: commands and ACL data; anything else is counted and skipped. */
export class HostParser {
  readonly #packets: HostPackets;
  #rest: Buffer = Buffer.alloc(0);

  constructor(packets: HostPackets) {
    this.#packets = packets;
  }

  /** Bytes of a packet whose end has not come. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  push(chunk: Uint8Array): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    let skipped = 0;
    for (;;) {
      const length = packetLength(bytes);
      if (length === 0) {
        skipped++;
        bytes = bytes.subarray(1);
        continue;
      }
      if (length === undefined || bytes.length < length) break;
      this.#tell(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    // A copy: the chunk's memory is not kept for the sake of its last bytes.
    this.#rest = Buffer.from(bytes);
    if (skipped > 0) this.#packets.noise(skipped);
  }

  reset(): void {
    this.#rest = Buffer.alloc(0);
  }

  #tell(packet: Buffer): void {
    if (packet[0] === PACKET.command) {
      this.#packets.command(packet.readUInt16LE(1), packet.subarray(COMMAND_HEADER_BYTES));
      return;
    }
    const header = packet.readUInt16LE(1);
    const isStart = START_FLAGS.includes((header >> 12) & 0b11);
    this.#packets.acl(header & 0x0fff, isStart, packet.subarray(ACL_HEADER_BYTES));
  }
}

/** Of the packet at the start; 0 where there is none, undefined where more bytes are needed. */
function packetLength(bytes: Buffer): number | undefined {
  switch (bytes[0]) {
    case undefined:
      return undefined;
    case PACKET.command:
      if (bytes.length < COMMAND_HEADER_BYTES) return undefined;
      return COMMAND_HEADER_BYTES + bytes.readUInt8(3);
    case PACKET.acl: {
      if (bytes.length < ACL_HEADER_BYTES) return undefined;
      const length = bytes.readUInt16LE(3);
      return length > MAX_ACL_BYTES ? 0 : ACL_HEADER_BYTES + length;
    }
    default:
      return 0;
  }
}
