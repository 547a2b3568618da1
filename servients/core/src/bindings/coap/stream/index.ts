/** CoAP over reliable transports (RFC 8323): framing, signaling, TLS by pre-shared key. */
export {
  BASE_CAPABILITIES,
  type Capabilities,
  csmOf,
  readCsm,
  roomOf,
  takesBert,
} from "./capabilities";
export { CoapConnection, type ConnectionEnd, type ConnectionOptions } from "./connection";
export { ALPN, BASE_MESSAGE_BYTES, CsmOption, DEFAULT_TLS_PORT, SignalCode } from "./constants";
export { encodeFrame } from "./encode-frame";
export { FrameParser, type StreamFault } from "./frame-parser";
export { MAXIMUM_IDENTITY_BYTES, PSK_TLS, type PskCredentials } from "./psk";
