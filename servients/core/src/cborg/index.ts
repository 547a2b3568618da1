/**
 * The CBOR library, for the wire (`bindings/cbor`) and for the messages between the processes of a
 * node.
 */
export { cborg, UNSORTED } from "./load-cborg";
