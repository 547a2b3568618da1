export { brokerCredentials, brokerLogins } from "./broker-credentials";
export { loadYaml, validateConfig } from "./config";
export { type FaultyTier, processorFaults } from "./processor-faults";
export { PROCESSORS_SCHEMA } from "./processors-schema";
export type {
  FeedFields,
  FieldValue,
  SiteFeed,
  SiteOutlet,
  SiteProcessor,
  SiteProcessorTrust,
} from "./processors-settings";
export { readSecretFile, secretFromEnvironment } from "./secret";
export { OPERATIONS, SCOPE_PATTERN, SECURITY_SCHEMA } from "./security-schema";
export type {
  AccessRule,
  SchemeSettings,
  SecurityLimits,
  SiteSecurity,
} from "./security-settings";
export {
  loadSite,
  type Site,
  type SiteBinding,
  type SiteBroker,
  type SiteDevice,
  type SiteMashup,
  type SiteNetwork,
  type SiteNode,
  type Wsn,
} from "./site";
export { SITE_SCHEMA } from "./site-schema";
export { type WatchedFiles, type WatchFilesOptions, watchFiles } from "./watch-files";
