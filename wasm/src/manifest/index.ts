/** What a processor is and may do: the author's manifest, the signed one, and the layouts of its records. */
export { checkAuthorManifest, checkManifest } from "./check";
export * from "./manifest";
export { ManifestError, type ManifestMismatch } from "./manifest-error";
export { AUTHOR_MANIFEST_SCHEMA, MANIFEST_SCHEMA } from "./manifest-schema";
export {
  decodeRecord,
  decodeRecords,
  encodeRecord,
  type RecordValue,
  recordBytes,
} from "./records";
