/**
 * Finding Things: introductions, directories, and what Things mean.
 *
 * @see W3C WoT Discovery
 */
export { discover, exploreDirectory, requestThingDescription, wellKnownUrl } from "./discovery";
export { type Announcement, type Announcer, announce } from "./dns-sd/announce";
export { type BrowseOptions, browse, type FoundService } from "./dns-sd/browse";
export type { DnsSdSettings } from "./dns-sd/settings";
export { type CoreLink, introductionsOf, parseCoreLinks } from "./documents/core-links";
export type { DocumentRequest, FetchedDocument, Fetcher } from "./documents/fetcher";
export { fetchFromFile } from "./documents/file-fetcher";
export { fetchBy, fetchOverHttp } from "./documents/http-fetcher";
export { type ClientSource, fetchWith } from "./documents/servient-fetcher";
export { parseWebLinks, type WebLink } from "./documents/web-links";
export { DiscoveryFailedError, InvalidThingDescriptionError, NotADirectoryError } from "./errors";
export { isThingDirectory, isThingLink } from "./exploratory-types";
export type { DiscoveryFinding, DiscoveryFindingCode } from "./findings";
export type { DiscoveryOptions } from "./options";
export { registrationOf, type ThingRegistration } from "./registration";
export {
  compileCriteria,
  type MeaningTest,
  type ReadMeaning,
  type ThingCriteria,
  type ThingMeaning,
} from "./semantics/criteria";
export { compileState, type RegisteredState, type ThingState } from "./semantics/state";
export type { ThingDiscovery } from "./thing-discovery";
export { compileQuery, type ThingQuery, type ThingTest } from "./thing-query";
export { type DiscoverFilter, type WithDiscoveryOptions, withDiscovery } from "./with-discovery";
