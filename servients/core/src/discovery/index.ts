export { compileCriteria, type MeaningTest, type ThingCriteria } from "./semantics/criteria";
export { readLocalMeaning } from "./semantics/local-meaning";
export type { Coordinates, ReadMeaning, ThingLocation, ThingMeaning } from "./semantics/meaning";
