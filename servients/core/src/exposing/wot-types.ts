import type { RunningServient } from "../servient";

/** The W3C Scripting API, as this package's Servient offers it. */
export type Wot = RunningServient["wot"];
export type ExposedThing = Awaited<ReturnType<Wot["produce"]>>;
export type InteractionOutput = Parameters<
  Parameters<ExposedThing["setPropertyWriteHandler"]>[1]
>[0];
