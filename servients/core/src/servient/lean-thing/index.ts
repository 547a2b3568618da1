/** Things by the thousand. */
export { asExposed, LeanThing, type ThingHost } from "./lean-thing";
export { ThingMembers } from "./thing-members";
