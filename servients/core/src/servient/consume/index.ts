/** The client role: `consume`, and what it gives. */
export { NoSuchBindingError, NoUsableFormError } from "./errors";
export { PayloadUsedError } from "./output";
export type {
  ConsumedThing,
  ConsumeOptions,
  InteractionListener,
  InteractionOptions,
  ScriptingApi,
  UnusableForm,
} from "./types";
export { Consumer, withConsumer } from "./with-consumer";
