import { decodeUint, type Frame, NO_BYTES, uintOption } from "../message";
import { BASE_MESSAGE_BYTES, CsmOption, SignalCode } from "./constants";

/** What an endpoint takes, as it says in its CSM (RFC 8323, section 5.3). */
export interface Capabilities {
  /** Bytes of one message, its header included. */
  readonly maximumMessageBytes: number;
  /** It takes block-wise transfers, and several blocks in one message where that fits. */
  readonly isBlockWise: boolean;
}

export const BASE_CAPABILITIES: Capabilities = {
  maximumMessageBytes: BASE_MESSAGE_BYTES,
  isBlockWise: false,
};

/** Header, token, and the options of a message that carries as much payload as it can. */
const ALLOWANCE_BYTES = 128;
const BLOCK_BYTES = 1_024;

/** Payload bytes of one message to an endpoint. */
export function roomOf({ maximumMessageBytes }: Capabilities): number {
  return Math.max(0, maximumMessageBytes - ALLOWANCE_BYTES);
}

/** @see RFC 8323, section 6 */
export function takesBert(capabilities: Capabilities): boolean {
  const { isBlockWise, maximumMessageBytes } = capabilities;
  return (
    isBlockWise && maximumMessageBytes > BASE_MESSAGE_BYTES && roomOf(capabilities) >= BLOCK_BYTES
  );
}

export function csmOf({ maximumMessageBytes, isBlockWise }: Capabilities): Frame {
  return {
    code: SignalCode.csm,
    token: NO_BYTES,
    options: [
      uintOption(CsmOption.maxMessageSize, maximumMessageBytes),
      ...(isBlockWise ? [{ number: CsmOption.blockWiseTransfer, value: NO_BYTES }] : []),
    ],
    payload: NO_BYTES,
  };
}

/**
 * What a CSM adds to what its sender has said before: capabilities only grow over a connection.
 * @returns the number of a critical option that is not known
 */
export function readCsm(before: Capabilities, { options }: Frame): Capabilities | number {
  let { maximumMessageBytes, isBlockWise } = before;
  for (const { number, value } of options) {
    if (number === CsmOption.maxMessageSize && value.length <= 4) {
      maximumMessageBytes = decodeUint(value);
    } else if (number === CsmOption.blockWiseTransfer) isBlockWise = true;
    else if (number % 2 === 1) return number;
  }
  return { maximumMessageBytes, isBlockWise };
}
