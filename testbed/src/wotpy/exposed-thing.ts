import type { ScriptingApi } from "../things/wot-types";

export type ExposedThing = Awaited<ReturnType<ScriptingApi["produce"]>>;

/** Who a benchmark Thing is, as `instantiate` takes it. */
export interface ThingIdentity {
  readonly site: string;
  readonly node: string;
  readonly id: string;
  readonly title: string;
}
