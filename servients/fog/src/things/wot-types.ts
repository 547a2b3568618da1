export type { ExposedThing, InteractionOutput, Wot } from "@fogwot/core";
