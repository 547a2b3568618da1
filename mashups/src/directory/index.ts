/**
 * A W3C WoT Thing Description Directory: where Servients register their Things, and mash-ups find
 * them.
 *
 * ```ts
 * const directory = new Directory({ file: "state/directory.jsonl" });
 * await directory.start();
 * directory.onChange(({ kind, id }) => console.log(kind, id));
 * addDirectoryRoutes(app, { directory, authorize, id: "urn:x:directory", title: "X", baseUrl });
 * ```
 */
export type { DirectoryChange } from "./change-listeners";
export { Directory } from "./directory";
export type { DirectoryTd } from "./entry";
export {
  DirectoryFileError,
  PreconditionFailedError,
  QuerySyntaxError,
  QueryTooCostlyError,
  ThingDescriptionRejectedError,
  type ValidationError,
} from "./errors";
export type { DirectoryAccess } from "./http/guards";
export { addDirectoryRoutes, type DirectoryRoutesOptions } from "./http/routes";
export type { DirectoryOptions } from "./options";
export type { Registration } from "./registration";
