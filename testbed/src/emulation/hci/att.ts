/** Attribute Protocol, the server's half (Bluetooth Core 5.4, Vol 3 Part F). */
export const OPCODE = {
  error: 0x01,
  mtuRequest: 0x02,
  mtuResponse: 0x03,
  findInformationRequest: 0x04,
  findInformationResponse: 0x05,
  findByTypeValueRequest: 0x06,
  readByTypeRequest: 0x08,
  readByTypeResponse: 0x09,
  readRequest: 0x0a,
  readResponse: 0x0b,
  readBlobRequest: 0x0c,
  readBlobResponse: 0x0d,
  readByGroupRequest: 0x10,
  readByGroupResponse: 0x11,
  writeRequest: 0x12,
  writeResponse: 0x13,
  notification: 0x1b,
  confirmation: 0x1e,
  writeCommand: 0x52,
} as const;

export const ATT_ERROR = {
  invalidHandle: 0x01,
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidPdu: 0x04,
  notSupported: 0x06,
  invalidOffset: 0x07,
  attributeNotFound: 0x0a,
  invalidLength: 0x0d,
  /** Application errors: of the profile. */
  application: 0x80,
  outOfRange: 0xff,
} as const;

export const PROPERTY = { read: 0x02, write: 0x08, notify: 0x10 } as const;

export const PRIMARY_SERVICE = 0x2800;
export const CHARACTERISTIC = 0x2803;
export const CLIENT_CONFIGURATION = 0x2902;

/** A value, or the ATT error that a request for it comes to. */
export type AttResult = Buffer | { readonly error: number };

/** Called once at most: a request that is never answered is one that was lost. */
export type Respond = (result: AttResult) => void;

export interface CharacteristicSpec {
  /** Four hexadecimal digits, or the 32 of a 128-bit one. */
  readonly uuid: string;
  readonly canNotify: boolean;
  readonly read?: (respond: Respond) => void;
  readonly write?: (value: Buffer, respond: Respond) => void;
}

export interface ServiceSpec {
  readonly uuid: string;
  readonly characteristics: readonly CharacteristicSpec[];
}

export interface Attribute {
  readonly handle: number;
  /** As it travels: 2 or 16 bytes. */
  readonly type: Buffer;
  /** Of a declaration: known without asking anybody. */
  readonly value?: Buffer;
  /** Last handle of a service. */
  readonly groupEnd?: number;
  readonly characteristic?: CharacteristicSpec;
  /** Client characteristic configuration of this value handle. */
  readonly configures?: number;
}

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex").reverse();
}

/** Lays services out as attributes, handles from 1. */
export function layOut(services: readonly ServiceSpec[]): Attribute[] {
  const attributes: Attribute[] = [];
  services.forEach((service, index) => {
    const isLast = index === services.length - 1;
    const count = service.characteristics.reduce((sum, one) => sum + (one.canNotify ? 3 : 2), 0);
    const handle = attributes.length + 1;
    // 0xffff ends the search for services: there are none behind it.
    const groupEnd = isLast ? 0xffff : handle + count;
    const value = uuidBytes(service.uuid);
    attributes.push({ handle, type: short(PRIMARY_SERVICE), value, groupEnd });
    for (const one of service.characteristics) attributes.push(...declare(one, attributes.length));
  });
  return attributes;
}

function declare(characteristic: CharacteristicSpec, before: number): Attribute[] {
  const type = uuidBytes(characteristic.uuid);
  const valueHandle = before + 2;
  const properties =
    (characteristic.read ? PROPERTY.read : 0) |
    (characteristic.write ? PROPERTY.write : 0) |
    (characteristic.canNotify ? PROPERTY.notify : 0);
  const value = Buffer.concat([Buffer.of(properties), short(valueHandle), type]);
  const attributes: Attribute[] = [
    { handle: before + 1, type: short(CHARACTERISTIC), value },
    { handle: valueHandle, type, characteristic },
  ];
  if (characteristic.canNotify) {
    const configuration = { type: short(CLIENT_CONFIGURATION), configures: valueHandle };
    attributes.push({ handle: before + 3, ...configuration });
  }
  return attributes;
}

export function short(value: number): Buffer {
  return Buffer.of(value & 0xff, value >> 8);
}
