import type { DriverData, DriverReply } from "../drivers/driver";
import { decodeCbor, encodeCbor } from "./cbor";

/** A request of the Servient, and its answer: frames `[correlation id u32, CBOR body]`. */
export interface CallBody {
  readonly op: string;
  /** Empty for what concerns the driver as a whole. */
  readonly device: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

export type AnswerBody =
  | { readonly ok: true; readonly value: unknown; readonly deviceRttMs: number | null }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly title: string;
      readonly status: number;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** What the driver publishes: frames `[topic, CBOR body]`, topic `device/<id>`. */
export interface PublishedBody {
  /** Counts from 1 per topic and driver process: a gap tells of lost messages. */
  readonly sequence: number;
  readonly timestampMs: number;
  readonly value: DriverData;
}

export const TOPIC_PREFIX = "device/";
/** Sent to a subscriber as soon as its subscription holds. */
export const WELCOME = "welcome";

export const MAX_TIMEOUT_MS = 60_000;
/** No message of ours comes near; a larger one is no message of ours. */
export const MAX_MESSAGE_BYTES = 4 << 20;

export function encodeId(id: number): Buffer {
  const frame = Buffer.allocUnsafe(4);
  frame.writeUInt32LE(id);
  return frame;
}

export function encodeBody(body: CallBody | AnswerBody | PublishedBody): Buffer {
  const bytes = encodeCbor(body);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function decodeId(frame: Buffer | undefined): number | undefined {
  return frame?.length === 4 ? frame.readUInt32LE() : undefined;
}

export function decodeCall(frame: Buffer | undefined): CallBody | undefined {
  const body = decodeObject(frame);
  if (!body) return undefined;
  const { op, device, params, timeoutMs } = body;
  const isSound =
    typeof op === "string" &&
    typeof device === "string" &&
    isRecord(params) &&
    Number.isInteger(timeoutMs) &&
    (timeoutMs as number) >= 1 &&
    (timeoutMs as number) <= MAX_TIMEOUT_MS;
  return isSound ? (body as unknown as CallBody) : undefined;
}

export function decodeAnswer(frame: Buffer | undefined): AnswerBody | undefined {
  const body = decodeObject(frame);
  if (body?.ok === true) return body as unknown as AnswerBody;
  const isSound =
    body?.ok === false && typeof body.code === "string" && typeof body.message === "string";
  return isSound ? (body as unknown as AnswerBody) : undefined;
}

export function decodePublished(frame: Buffer | undefined): PublishedBody | undefined {
  const body = decodeObject(frame);
  const isSound = body && Number.isInteger(body.sequence) && isRecord(body.value);
  return isSound ? (body as unknown as PublishedBody) : undefined;
}

export function answerOf({ reading, deviceRttMs }: DriverReply): AnswerBody {
  return { ok: true, value: reading ?? null, deviceRttMs };
}

function decodeObject(frame: Buffer | undefined): Record<string, unknown> | undefined {
  if (!frame) return undefined;
  try {
    const body = decodeCbor(frame);
    return isRecord(body) ? body : undefined;
  } catch {
    // Not CBOR: the caller counts it as malformed.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
