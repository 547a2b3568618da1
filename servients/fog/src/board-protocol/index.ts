/**
 * What our boards speak over any packet radio (Wi-Fi datagrams, XBee payloads): the codec, and the
 * session that turns packets into one attempt per query, repeated settings and an online status.
 *
 * @see firmware/test/vectors/README.md, the protocol's text
 */
export {
  ERROR_TEXT,
  MESSAGE_TYPE,
  PARAMETER_CODE,
  QUANTITY_CODE,
  THRESHOLD_OFF,
} from "./constants";
export { createDeviceSession } from "./device-session";
export type { FrameFault } from "./frame";
export { Parameters } from "./parameters";
export { type Message, type MessageFault, parseMessage, type ReadingBody } from "./parser";
export { BoardSession, type BoardSessionOptions } from "./session";
export { Watch } from "./watch";
export { writeMessage } from "./writer";
