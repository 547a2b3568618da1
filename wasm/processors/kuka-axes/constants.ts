/**
 * What a KR C2 controller says on its serial line: frames of 9 bytes, one an axis, axes 1 to 7 in turn.
 *
 * Plain frame: `axis u32le | separator u8 | value i32le`, value in hundred-thousandths of a degree (axis 7,
 * the linear unit: of a millimetre). Checked frame, for sites that can change the controller's program:
 * `0xA0 + axis u8 | pose u16le | value i32le | crc u16le`, CRC-16/CCITT-FALSE over the 7 bytes before it.
 */
export const AXES = 7;
export const FRAME_BYTES = 9;
export const POSE_BYTES = AXES * FRAME_BYTES;
/** Of a value, per degree or millimetre. */
export const STEPS_PER_UNIT = 100_000;

export const SPACE = 0x20;
export const ZERO = 0x00;
export const PLUS = 0x2b;
export const MINUS = 0x2d;

/** Of a checked frame: `MARK + axis`. */
export const MARK = 0xa0;
/** In place of an axis: the value is an acknowledgement. */
export const ACKNOWLEDGEMENT_AXIS = 101;
export const ACKNOWLEDGEMENT_MARK = 0xa8;

/**
 * By byte 4 of a plain frame: a constant space or zero, or `+`/`-`, where `-` before a positive value
 * makes it negative. `checked` has sequence number and checksum.
 */
export const DIALECTS = ["space", "zero", "sign", "checked"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Orders to the controller, 4 bytes: `id u8 | code u8 | ~id u8 | ~code u8`; id 1 … 255. */
export const COMMANDS = { stop: 1, release: 2 } as const;
export type Command = keyof typeof COMMANDS;

/** An acknowledgement's value is `id u8 | status u8 | ~id u8 | ~status u8`. */
export const STATUS = { done: 0, refused: 1, unknown: 2 } as const;
