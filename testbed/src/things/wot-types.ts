import type { RunningServient } from "@fogwot/core";

/** The W3C Scripting API. */
export type ScriptingApi = RunningServient["wot"];
export type ThingDescription = Awaited<ReturnType<ScriptingApi["requestThingDescription"]>>;
export type ConsumedThing = Awaited<ReturnType<ScriptingApi["consume"]>>;
