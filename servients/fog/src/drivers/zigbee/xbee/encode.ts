import { FRAME_TYPE } from "./constants";
import type { NodeIdentity, XBeeFrame } from "./frames";

/** A frame → frame data, to be wrapped for the line. */
export function encodeFrame(frame: XBeeFrame): Buffer {
  return Buffer.concat([Buffer.of(FRAME_TYPE[frame.type]), ...fields(frame)]);
}

/** As in an answer to ND. */
export function encodeNodeIdentity(node: NodeIdentity): Buffer {
  return Buffer.concat([
    u16(node.address16),
    Buffer.from(node.address64, "hex"),
    Buffer.from(`${node.name}\0`, "latin1"),
    u16(node.parent16),
    Buffer.of(node.role, node.event),
    u16(node.profile),
    u16(node.manufacturer),
  ]);
}

function fields(frame: XBeeFrame): Uint8Array[] {
  switch (frame.type) {
    case "at":
      return [Buffer.of(frame.id), ascii(frame.command), frame.value];
    case "atResponse":
      return [Buffer.of(frame.id), ascii(frame.command), Buffer.of(frame.status), frame.value];
    case "transmit": {
      const { id, radius, options, payload } = frame;
      return [Buffer.of(id), ...addresses(frame), Buffer.of(radius, options), payload];
    }
    case "transmitStatus": {
      const { id, address16, retries, delivery, discovery } = frame;
      return [Buffer.of(id), u16(address16), Buffer.of(retries, delivery, discovery)];
    }
    case "receive":
      return [...addresses(frame), Buffer.of(frame.options), frame.payload];
    case "remoteAt": {
      const { id, options, command, value } = frame;
      return [Buffer.of(id), ...addresses(frame), Buffer.of(options), ascii(command), value];
    }
    case "remoteAtResponse": {
      const { id, command, status, value } = frame;
      return [Buffer.of(id), ...addresses(frame), ascii(command), Buffer.of(status), value];
    }
    case "nodeIdentification":
      return [...addresses(frame), Buffer.of(frame.options), encodeNodeIdentity(frame.node)];
    case "modemStatus":
      return [Buffer.of(frame.status)];
  }
}

function addresses(at: { readonly address64: string; readonly address16: number }): Uint8Array[] {
  return [Buffer.from(at.address64, "hex"), u16(at.address16)];
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
