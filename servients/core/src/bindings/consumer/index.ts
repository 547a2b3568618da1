export type { RunningAction } from "./running-action";
export {
  type AffordanceListener,
  ThingOperations,
  type ThingSubscription,
} from "./thing-operations";
