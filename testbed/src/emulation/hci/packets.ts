import { ACL_BYTES, EVENT, LE_EVENT, PACKET } from "./constants";

/** What a controller says to its host, as H4 packets. */

export function commandComplete(opcode: number, status: number, result: Uint8Array = NONE): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt8(ONE_COMMAND, 0);
  header.writeUInt16LE(opcode, 1);
  header.writeUInt8(status, 3);
  return event(EVENT.commandComplete, Buffer.concat([header, result]));
}

export function commandStatus(opcode: number, status: number): Buffer {
  const body = Buffer.of(status, ONE_COMMAND, 0, 0);
  body.writeUInt16LE(opcode, 2);
  return event(EVENT.commandStatus, body);
}

export interface ConnectionParameters {
  readonly interval: number;
  readonly latency: number;
  /** In steps of 10 ms. */
  readonly supervisionTimeout: number;
}

export interface Peer {
  /** Twelve hexadecimal digits, as it is written. */
  readonly address: string;
  /** 0 public, 1 random. */
  readonly addressType: number;
}

export function connectionComplete(
  status: number,
  handle: number,
  { address, addressType }: Peer,
  { interval, latency, supervisionTimeout }: ConnectionParameters,
): Buffer {
  const body = Buffer.alloc(19);
  body.writeUInt8(LE_EVENT.connectionComplete, 0);
  body.writeUInt8(status, 1);
  body.writeUInt16LE(handle, 2);
  // Role 0: central.
  body.writeUInt8(addressType, 5);
  addressBytes(address).copy(body, 6);
  body.writeUInt16LE(interval, 12);
  body.writeUInt16LE(latency, 14);
  body.writeUInt16LE(supervisionTimeout, 16);
  return event(EVENT.leMeta, body);
}

export function connectionUpdated(handle: number, parameters: ConnectionParameters): Buffer {
  const body = Buffer.alloc(10);
  body.writeUInt8(LE_EVENT.connectionUpdateComplete, 0);
  body.writeUInt16LE(handle, 2);
  body.writeUInt16LE(parameters.interval, 4);
  body.writeUInt16LE(parameters.latency, 6);
  body.writeUInt16LE(parameters.supervisionTimeout, 8);
  return event(EVENT.leMeta, body);
}

export function disconnectionComplete(handle: number, reason: number): Buffer {
  const body = Buffer.of(0, 0, 0, reason);
  body.writeUInt16LE(handle, 1);
  return event(EVENT.disconnectionComplete, body);
}

/** `type`: 0 connectable advertisement, 4 scan response. */
export function advertisingReport(
  type: 0 | 4,
  { address, addressType }: Peer,
  data: Uint8Array,
  rssiDbm: number,
): Buffer {
  const head = Buffer.of(LE_EVENT.advertisingReport, 1, type, addressType);
  const rssi = Buffer.alloc(1);
  rssi.writeInt8(rssiDbm);
  const length = Buffer.of(data.length);
  return event(EVENT.leMeta, Buffer.concat([head, addressBytes(address), length, data, rssi]));
}

export function completedPackets(handle: number, count: number): Buffer {
  const body = Buffer.of(1, 0, 0, 0, 0);
  body.writeUInt16LE(handle, 1);
  body.writeUInt16LE(count, 3);
  return event(EVENT.numberOfCompletedPackets, body);
}

/** An L2CAP frame in as many ACL packets as it takes; the first says that it is (PB = 10). */
export function aclPackets(handle: number, cid: number, payload: Uint8Array): Buffer[] {
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt16LE(payload.length, 0);
  frame.writeUInt16LE(cid, 2);
  frame.set(payload, 4);
  const packets: Buffer[] = [];
  for (let from = 0; from < frame.length; from += ACL_BYTES) {
    const part = frame.subarray(from, from + ACL_BYTES);
    const header = Buffer.alloc(5);
    header.writeUInt8(PACKET.acl, 0);
    header.writeUInt16LE(handle | ((from === 0 ? 0b10 : 0b01) << 12), 1);
    header.writeUInt16LE(part.length, 3);
    packets.push(Buffer.concat([header, part]));
  }
  return packets;
}

/** As it travels: least significant byte first. */
export function addressBytes(address: string): Buffer {
  return Buffer.from(address, "hex").reverse();
}

export function addressText(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString("hex");
}

function event(code: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(PACKET.event, code, body.length), body]);
}

const NONE = Buffer.alloc(0);
/** Commands the host may have under way. */
const ONE_COMMAND = 1;
