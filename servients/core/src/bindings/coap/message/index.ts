/**
 * The CoAP wire format (RFC 7252 section 3, RFC 7641, RFC 7959): bytes ↔ messages, no I/O, no state.
 */
export {
  Code,
  codeClass,
  codeText,
  DEFAULT_PARAMETERS,
  DEFAULT_PORT,
  MessageType,
  OptionNumber,
  type TransmissionParameters,
} from "./constants";
export { ContentFormat, contentFormatOf, contentTypeOf } from "./content-format";
export { decodeMessage, decodeOptions } from "./decode";
export { encodeEmpty, encodeMessage, inOrder, optionsLength, writeOptions } from "./encode";
export { type Frame, findOption, type Message, NO_BYTES, type Option } from "./message";
export {
  type Block,
  blockOption,
  blockSizeWithin,
  decodeBlock,
  decodeUint,
  encodeUint,
  largestTransferBytes,
  percentDecoded,
  uintOption,
  uriOptions,
} from "./option-values";
export { codeOfStatus, statusOfCode } from "./status";
