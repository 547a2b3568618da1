import { isObject } from "../../json/json";
import { either, quote } from "../wording";

/** The names one member of the document defines, and how to say that another is not among them. */
export interface DefinedNames {
  has(name: string): boolean;
  readonly wanted: string;
}

/** Made once for a document, not once for a use: both may be many. */
export function definedNames(map: unknown, member: string): DefinedNames {
  const defined = isObject(map) ? map : {};
  const names = Object.keys(defined);
  return {
    has: (name) => Object.hasOwn(defined, name),
    wanted:
      names.length === 0
        ? `a name of ${member}, which defines none`
        : `a name of ${member}: ${either(names.map(quote))}`,
  };
}
