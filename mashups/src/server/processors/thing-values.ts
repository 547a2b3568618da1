/** Numbers that a Thing told, by name. */
export interface ThingValues {
  readonly values: Readonly<Record<string, number>>;
  /** ms since 1970: what the Thing says in `timestamp`, else when it came. */
  readonly timeMs: number;
}

/**
 * What a Thing told as a record: the numbers and booleans of an object, those of objects in it as
 * `outer.inner`, and as `inner` where nothing else is called so; a bare number is `value`.
 */
export function thingValues(data: unknown, nowMs: number): ThingValues {
  const values: Record<string, number> = {};
  take(data, "", values);
  for (const [name, value] of Object.entries(values)) {
    const inner = name.slice(name.lastIndexOf(".") + 1);
    values[inner] ??= value;
  }
  const { timestamp } = (typeof data === "object" && data !== null ? data : {}) as {
    readonly timestamp?: unknown;
  };
  const timeMs = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return { values, timeMs: Number.isNaN(timeMs) ? nowMs : timeMs };
}

function take(data: unknown, name: string, into: Record<string, number>): void {
  if (typeof data === "number" || typeof data === "boolean") into[name || "value"] = Number(data);
  if (typeof data !== "object" || data === null || Array.isArray(data)) return;
  for (const [member, value] of Object.entries(data)) {
    take(value, name === "" ? member : `${name}.${member}`, into);
  }
}
