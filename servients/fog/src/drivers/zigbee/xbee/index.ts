/**
 * API frames of XBee modules in both directions: typed frames ↔ frame data ↔ bytes on the line in
 * API mode 1 and 2, and a parser that finds them again after any noise.
 *
 *     const parser = new XBeeParser({ mode: 1, onFrame: (data) => show(decodeFrame(data)), onFault });
 *     line.on("data", (chunk) => parser.push(chunk));
 *     line.write(wrap(encodeFrame({ type: "at", id: 1, command: "SH", value: Buffer.alloc(0) }), 1));
 */
export {
  type ApiMode,
  BROADCAST_64,
  COMMAND_STATUS_TEXT,
  DELIVERY,
  DELIVERY_TEXT,
  MAX_PAYLOAD_BYTES,
  MODEM_STATUS,
  MODEM_STATUS_TEXT,
  UNKNOWN_16,
} from "./constants";
export { decodeFrame, decodeNodeIdentity, type FrameFault } from "./decode";
export { encodeFrame, encodeNodeIdentity } from "./encode";
export { wrap } from "./envelope";
export type { Address64, FrameOf, NodeIdentity, XBeeFrame, XBeeFrameType } from "./frames";
export { type LineFault, XBeeParser } from "./parser";
