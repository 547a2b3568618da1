import { NotAcceptableError } from "../../../errors";
import { JSON_TYPE } from "../../payload";

/**
 * Picks the representation a request accepts most, the first offered one where it has no opinion.
 * @param accept the Accept header
 * @throws NotAcceptableError
 * @see RFC 9110, section 12.5.1
 */
export function negotiate<T extends string>(accept: string | undefined, offered: readonly T[]): T {
  const [preferred] = offered;
  if (preferred === undefined) throw new NotAcceptableError(accept ?? "", offered);
  if (!accept || accept === "*/*" || accept === preferred) return preferred;
  const ranges = accept.split(",").map(parseRange);
  let best: T | undefined;
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) {
      best = type;
      bestQuality = quality;
    }
  }
  if (best === undefined) throw new NotAcceptableError(accept, offered);
  return best;
}

/** Whether a value can be answered in JSON; the cheap way for nearly every request. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept === "*/*" || accept === JSON_TYPE;
}

interface Range {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [type = "", subtype = ""] = range.split("/");
  const q = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { type, subtype, quality: Number.isFinite(quality) ? quality : 0 };
}

/** The most specific range decides, even when it says 0. */
function qualityOf(offered: string, ranges: readonly Range[]): number {
  const [type, subtype] = offered.split("/");
  let quality = 0;
  let specificity = -1;
  for (const range of ranges) {
    const exact = range.type === type && range.subtype === subtype;
    const sameType = range.type === type && range.subtype === "*";
    const any = range.type === "*" && range.subtype === "*";
    const rank = exact ? 2 : sameType ? 1 : any ? 0 : -1;
    if (rank > specificity) {
      specificity = rank;
      quality = range.quality;
    }
  }
  return quality;
}
