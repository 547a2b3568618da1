/**
 * The little a link has to know of the board protocol: which datagrams ask and which answer. It
 * checks no CRC, since a real link carries damaged frames as well.
 */
const MAGIC = 0xf0;
const HEADER_BYTES = 8;
const TYPE_OFFSET = 2;
const SEQUENCE_OFFSET = 4;

const REQUESTS: ReadonlySet<number> = new Set([1, 3]);
const REPLIES: ReadonlySet<number> = new Set([2, 4, 6]);

/** A request's or reply's sequence number; undefined for pushes and for what is no frame. */
export function requestSequence(datagram: Buffer): number | undefined {
  return sequenceOf(datagram, REQUESTS);
}

/** @see requestSequence */
export function replySequence(datagram: Buffer): number | undefined {
  return sequenceOf(datagram, REPLIES);
}

function sequenceOf(datagram: Buffer, types: ReadonlySet<number>): number | undefined {
  if (datagram.length < HEADER_BYTES || datagram[0] !== MAGIC) return undefined;
  if (!types.has(datagram[TYPE_OFFSET] ?? 0)) return undefined;
  return datagram.readUInt16LE(SEQUENCE_OFFSET);
}
