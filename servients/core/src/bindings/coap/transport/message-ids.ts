import type { Rng } from "../../../random";

const MESSAGE_IDS = 0x10000;

/** Message IDs in order from a random start (RFC 7252, section 4.4). */
export class MessageIds {
  #next: number;

  constructor(rng: Rng) {
    this.#next = rng.int(MESSAGE_IDS);
  }

  /** The next ID that `isTaken` does not claim; the caller holds far fewer than 65,536. */
  next(isTaken: (messageId: number) => boolean): number {
    let messageId = this.#next;
    while (isTaken(messageId)) messageId = (messageId + 1) % MESSAGE_IDS;
    this.#next = (messageId + 1) % MESSAGE_IDS;
    return messageId;
  }
}
