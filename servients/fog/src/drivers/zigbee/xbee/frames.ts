import type { FRAME_TYPE } from "./constants";

/** 16 lower-case hexadecimal digits, most significant first, as printed on the module. */
export type Address64 = string;

interface Transmission {
  readonly address64: Address64;
  readonly address16: number;
}

/** Answer to ND, and payload of a node identification: who a module is. */
export interface NodeIdentity extends Transmission {
  /** Parameter NI; a single blank where nobody has named the module. */
  readonly name: string;
  readonly parent16: number;
  readonly role: number;
  readonly event: number;
  readonly profile: number;
  readonly manufacturer: number;
}

/** Every frame we know, in both directions, so that an emulated module can be written with it. */
export type XBeeFrame =
  | { readonly type: "at"; readonly id: number; readonly command: string; readonly value: Buffer }
  | {
      readonly type: "atResponse";
      readonly id: number;
      readonly command: string;
      readonly status: number;
      readonly value: Buffer;
    }
  | (Transmission & {
      readonly type: "transmit";
      readonly id: number;
      readonly radius: number;
      readonly options: number;
      readonly payload: Buffer;
    })
  | {
      readonly type: "transmitStatus";
      readonly id: number;
      readonly address16: number;
      readonly retries: number;
      readonly delivery: number;
      readonly discovery: number;
    }
  | (Transmission & {
      readonly type: "receive";
      readonly options: number;
      readonly payload: Buffer;
    })
  | (Transmission & {
      readonly type: "remoteAt";
      readonly id: number;
      readonly options: number;
      readonly command: string;
      readonly value: Buffer;
    })
  | (Transmission & {
      readonly type: "remoteAtResponse";
      readonly id: number;
      readonly command: string;
      readonly status: number;
      readonly value: Buffer;
    })
  | (Transmission & {
      readonly type: "nodeIdentification";
      readonly options: number;
      readonly node: NodeIdentity;
    })
  | { readonly type: "modemStatus"; readonly status: number };

export type XBeeFrameType = keyof typeof FRAME_TYPE;
export type FrameOf<T extends XBeeFrameType> = Extract<XBeeFrame, { type: T }>;
