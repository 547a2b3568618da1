/**
 * A W3C WoT Thing Description Directory: where Servients register their Things, and mash-ups find
 * them.
 *
 * ```ts
 * const directory = new Directory({ file: "state/directory.json", validate });
 * await directory.start();
 * directory.onChange(({ kind, id }) => console.log(kind, id));
 * addDirectoryRoutes(app, { directory, authorize });
 * ```
 */
export { Directory, type DirectoryChange, type DirectoryOptions } from "./directory";
export type { DirectoryTd } from "./entry";
export {
  DirectoryFileError,
  ThingDescriptionRejectedError,
  type ValidationError,
} from "./errors";
export type { Registration } from "./registration";
export { addDirectoryRoutes, type DirectoryRoutesOptions } from "./routes";
