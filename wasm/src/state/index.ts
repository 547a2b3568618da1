/** State of a processor as bytes: to disk, to another node, to another engine. */
export { StateImageError } from "./errors";
export {
  decodeStateImage,
  encodeStateImage,
  type GlobalImage,
  type GlobalType,
  PAGE_BYTES,
  type StateImage,
} from "./image";
