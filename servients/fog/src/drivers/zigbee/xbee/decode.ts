import { FRAME_TYPE } from "./constants";
import type { NodeIdentity, XBeeFrame, XBeeFrameType } from "./frames";

/** `short-frame`: the checksum holds, but fields are missing. */
export type FrameFault = "unknown-type" | "short-frame";

const TYPE_OF = new Map<number, XBeeFrameType>(
  Object.entries(FRAME_TYPE).map(([name, code]) => [code, name as XBeeFrameType]),
);

/** Bytes of a frame before its part of variable length, the type included. */
const FIXED_BYTES: Readonly<Record<XBeeFrameType, number>> = {
  at: 4,
  atResponse: 5,
  transmit: 14,
  transmitStatus: 7,
  receive: 12,
  remoteAt: 15,
  remoteAtResponse: 15,
  nodeIdentification: 12,
  modemStatus: 2,
};

/** Frame data → a frame that keeps none of its bytes, or why it is none. Never throws. */
export function decodeFrame(data: Buffer): XBeeFrame | FrameFault {
  const type = TYPE_OF.get(data[0] ?? -1);
  if (type === undefined) return "unknown-type";
  if (data.length < FIXED_BYTES[type]) return "short-frame";
  const rest = Buffer.from(data.subarray(FIXED_BYTES[type]));
  const id = data[1] as number;
  switch (type) {
    case "at":
      return { type, id, command: ascii(data, 2), value: rest };
    case "atResponse":
      return { type, id, command: ascii(data, 2), status: data[4] as number, value: rest };
    case "transmit": {
      const [radius, options] = [data[12] as number, data[13] as number];
      return { type, id, ...addressesAt(data, 2), radius, options, payload: rest };
    }
    case "transmitStatus": {
      const [retries, delivery, discovery] = [data[4], data[5], data[6]] as [
        number,
        number,
        number,
      ];
      return { type, id, address16: data.readUInt16BE(2), retries, delivery, discovery };
    }
    case "receive":
      return { type, ...addressesAt(data, 1), options: data[11] as number, payload: rest };
    case "remoteAt": {
      const options = data[12] as number;
      return { type, id, ...addressesAt(data, 2), options, command: ascii(data, 13), value: rest };
    }
    case "remoteAtResponse": {
      const status = data[14] as number;
      return { type, id, ...addressesAt(data, 2), command: ascii(data, 12), status, value: rest };
    }
    case "nodeIdentification": {
      const node = decodeNodeIdentity(rest);
      if (!node) return "short-frame";
      return { type, ...addressesAt(data, 1), options: data[11] as number, node };
    }
    case "modemStatus":
      return { type, status: id };
  }
}

/** The value of an answer to ND; undefined where fields are missing. */
export function decodeNodeIdentity(value: Buffer): NodeIdentity | undefined {
  const end = value.indexOf(0, 10);
  // What NO adds behind these fields (DD, RSSI) is let pass.
  if (end < 0 || value.length < end + 9) return undefined;
  return {
    address16: value.readUInt16BE(0),
    address64: value.toString("hex", 2, 10),
    name: value.toString("latin1", 10, end),
    parent16: value.readUInt16BE(end + 1),
    role: value[end + 3] as number,
    event: value[end + 4] as number,
    profile: value.readUInt16BE(end + 5),
    manufacturer: value.readUInt16BE(end + 7),
  };
}

function addressesAt(data: Buffer, at: number): { address64: string; address16: number } {
  return { address64: data.toString("hex", at, at + 8), address16: data.readUInt16BE(at + 8) };
}

function ascii(data: Buffer, at: number): string {
  return data.toString("latin1", at, at + 2);
}
