import { Output } from "../consume/output";

/** What a handler is given: it was held to its schema before it got here. */
export class Input extends Output {
  protected override check(): void {}
}
