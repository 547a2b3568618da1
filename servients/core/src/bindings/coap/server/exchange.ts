import { type Frame, NO_BYTES, type Option } from "../message";
import type { Peer } from "./peer";

/** What a resource answers; message layer matters are added on the way out. */
export interface Response {
  readonly code: number;
  readonly options: readonly Option[];
  readonly payload: Buffer;
}

export function response(
  code: number,
  options: readonly Option[] = [],
  payload: Buffer = NO_BYTES,
): Response {
  return { code, options, payload };
}

/** One request and its one response, over whichever transport. */
export interface Exchange {
  readonly request: Frame;
  readonly peer: Peer;
  /** The client wants to confirm what it gets, or its transport does. */
  readonly isConfirmable: boolean;
  /** Answers, once; later calls do nothing. `onReset`: the client does not know the token any more. */
  respond(answer: Response, onReset?: () => void): void;
}
