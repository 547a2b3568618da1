/** Modules that no compiler makes, ways to break good ones, and a key that signs anything. */
export { type HandMade, type HandMadeFunction, handMade } from "./hand-made";
export { generator, mutate } from "./mutate";
export {
  admitted,
  type SignedOptions,
  signed,
  TEST_KEY,
  TEST_LIMITS,
  TEST_TRUST,
} from "./signed";
