/** What a processor must do, byte for byte: vectors, run on V8 and on its twin. */
export { type Outcome, runVectors, type Subject, type VectorFailure } from "./run-vectors";
export {
  readVectors,
  recordVectors,
  type TestOptions,
  type TestReport,
  testProcessor,
} from "./test-processor";
export { checkVectors, configBytes, VECTORS_SCHEMA, type Vector, type VectorStep } from "./vectors";
