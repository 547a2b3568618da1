import type { RecordValue } from "../manifest";
import { ChainError } from "./errors";

/** A processor of a tier: what it is fed from, and where what it sends out goes. */
export interface ProcessorSpec {
  /** Of this tier; a processor may stand in a chain more than once under different names. */
  readonly name: string;
  readonly from: readonly Feed[];
  /** Where else than to other processors' feeds its out-ports lead. */
  readonly to?: readonly Outlet[];
  /** By the fields of the manifest's `config` record. */
  readonly config?: RecordValue;
  /** Pins by gpio slot, as the manifest names them. */
  readonly gpio?: Readonly<Record<string, string>>;
}

export interface Feed {
  /** What the tier's owner feeds, or `processor/<name>/<out-port>`. */
  readonly source: string;
  /** Name of the in-port. */
  readonly port: string;
  /** Field of the port's record → what it takes of what is fed; for records alone. @default the same names */
  readonly fields?: Readonly<Record<string, FieldSource | readonly FieldSource[]>>;
}

/** A name in what is fed, or a number. */
export type FieldSource = string | number;

export interface Outlet {
  /** Name of the out-port. */
  readonly port: string;
  /** Known to the tier's owner. */
  readonly sink: string;
}

export interface Route extends Feed {
  readonly processor: string;
}

export const sourceOf = (processor: string, port: string): string =>
  `processor/${processor}/${port}`;

const PROCESSOR_SOURCE = /^processor\/([^/]+)\/[^/]+$/;

/**
 * Where everything that is fed goes, by source.
 * @throws ChainError for a name that is twice there, a feed from a processor that is not, or a circle
 */
export function routesOf(specs: readonly ProcessorSpec[]): ReadonlyMap<string, readonly Route[]> {
  const byName = new Map<string, ProcessorSpec>();
  for (const spec of specs) {
    if (byName.has(spec.name)) throw new ChainError(spec.name, "is there twice");
    byName.set(spec.name, spec);
  }
  for (const spec of specs) refuseCircle(spec, byName, []);
  const routes = new Map<string, Route[]>();
  for (const { name, from } of specs) {
    for (const feed of from) {
      const list = routes.get(feed.source) ?? [];
      list.push({ ...feed, processor: name });
      routes.set(feed.source, list);
    }
  }
  return routes;
}

function refuseCircle(
  spec: ProcessorSpec,
  byName: ReadonlyMap<string, ProcessorSpec>,
  path: readonly string[],
): void {
  if (path.includes(spec.name)) {
    throw new ChainError(spec.name, `feeds itself: ${[...path, spec.name].reverse().join(" → ")}`);
  }
  for (const { source } of spec.from) {
    const [, name] = PROCESSOR_SOURCE.exec(source) ?? [];
    if (name === undefined) continue;
    const feeding = byName.get(name);
    if (!feeding) throw new ChainError(spec.name, `is fed from ${source}, which is not there`);
    refuseCircle(feeding, byName, [...path, spec.name]);
  }
}
