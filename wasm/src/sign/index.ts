/** Who has made a processor: keys, the signature section, and whose signatures count. */
export {
  checkPublisherKey,
  checkSecretKey,
  keyIdOf,
  makePublisherKey,
  openPart,
  type PublisherKey,
  type SecretKey,
  signBytes,
  verifyBytes,
} from "./keys";
export { KeyError, SignatureError, type SignatureFault } from "./sign-error";
export {
  type ModuleSignature,
  readSignatures,
  SIGNATURE_SECTION,
  signModule,
  unsignedBytes,
  verifyModule,
} from "./signature-section";
export { checkTrust, NO_TRUST, type Trust, withPublisher } from "./trust";
