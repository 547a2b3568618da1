import {
  ATT_ERROR,
  type AttResult,
  type Attribute,
  layOut,
  OPCODE,
  PRIMARY_SERVICE,
  type Respond,
  type ServiceSpec,
  short,
} from "./att";

const DEFAULT_MTU = 23;
/** Not above 256, which noble would take without having room for it. */
const SERVER_MTU = 247;
/** Requests have even opcodes; bit 6 marks a command, which has no answer at all. */
const COMMAND_FLAG = 0x40;

/** One central's view of an ATT server: answers its requests, knows what it subscribed to. */
export class AttServer {
  readonly #attributes: readonly Attribute[];
  readonly #send: (pdu: Buffer) => void;
  readonly #onSubscriptions: () => void;
  /** Value handles. */
  readonly #subscribed = new Set<number>();
  #mtu = DEFAULT_MTU;

  constructor(
    services: readonly ServiceSpec[],
    send: (pdu: Buffer) => void,
    onSubscriptions: () => void,
  ) {
    this.#attributes = layOut(services);
    this.#send = send;
    this.#onSubscriptions = onSubscriptions;
  }

  get hasSubscriptions(): boolean {
    return this.#subscribed.size > 0;
  }

  /** Tells the central a value, if it asked to be told. */
  notify(uuid: string, value: Buffer): void {
    for (const { handle, characteristic } of this.#attributes) {
      if (characteristic?.uuid !== uuid || !this.#subscribed.has(handle)) continue;
      const room = value.subarray(0, this.#mtu - 3);
      this.#send(Buffer.concat([Buffer.of(OPCODE.notification), short(handle), room]));
    }
  }

  /** One PDU of the central. Never throws. */
  take(pdu: Buffer): void {
    const opcode = pdu[0];
    if (opcode === undefined || opcode === OPCODE.confirmation) return;
    if (!isLongEnough(pdu)) {
      this.#refuse(opcode, 0, ATT_ERROR.invalidPdu);
      return;
    }
    switch (opcode) {
      case OPCODE.mtuRequest:
        this.#mtu = Math.min(SERVER_MTU, Math.max(DEFAULT_MTU, pdu.readUInt16LE(1)));
        this.#send(Buffer.concat([Buffer.of(OPCODE.mtuResponse), short(SERVER_MTU)]));
        break;
      case OPCODE.findInformationRequest:
        this.#findInformation(pdu.readUInt16LE(1), pdu.readUInt16LE(3));
        break;
      case OPCODE.readByTypeRequest:
      case OPCODE.readByGroupRequest:
        this.#readMany(opcode, pdu);
        break;
      case OPCODE.readRequest:
        this.#read(opcode, pdu.readUInt16LE(1), 0);
        break;
      case OPCODE.readBlobRequest:
        this.#read(opcode, pdu.readUInt16LE(1), pdu.readUInt16LE(3));
        break;
      case OPCODE.writeRequest:
      case OPCODE.writeCommand:
        this.#write(opcode, pdu.readUInt16LE(1), pdu.subarray(3));
        break;
      case OPCODE.findByTypeValueRequest:
        this.#refuse(opcode, pdu.readUInt16LE(1), ATT_ERROR.attributeNotFound);
        break;
      default:
        this.#refuse(opcode, 0, ATT_ERROR.notSupported);
    }
  }

  #findInformation(from: number, to: number): void {
    const found = this.#between(from, to);
    const [first] = found;
    if (!first) {
      this.#refuse(OPCODE.findInformationRequest, from, ATT_ERROR.attributeNotFound);
      return;
    }
    const records = found.map(({ handle, type }) => Buffer.concat([short(handle), type]));
    const format = first.type.length === 2 ? 1 : 2;
    this.#send(
      Buffer.concat([Buffer.of(OPCODE.findInformationResponse, format), ...this.#fitting(records)]),
    );
  }

  /** Declarations and configurations; the profile's values are not searched for. */
  #readMany(opcode: number, pdu: Buffer): void {
    const [from, to, type] = [pdu.readUInt16LE(1), pdu.readUInt16LE(3), pdu.subarray(5)];
    const isGroup = opcode === OPCODE.readByGroupRequest;
    if (isGroup && !type.equals(short(PRIMARY_SERVICE))) {
      this.#refuse(opcode, from, ATT_ERROR.attributeNotFound);
      return;
    }
    const records = this.#between(from, to).flatMap((attribute) => {
      const { handle, groupEnd } = attribute;
      const value = this.#known(attribute);
      if (!attribute.type.equals(type) || !value) return [];
      const end = groupEnd === undefined ? [] : [short(groupEnd)];
      return [Buffer.concat([short(handle), ...end, value])];
    });
    const [first] = records;
    if (!first) this.#refuse(opcode, from, ATT_ERROR.attributeNotFound);
    else
      this.#send(Buffer.concat([Buffer.of(opcode + 1, first.length), ...this.#fitting(records)]));
  }

  #read(opcode: number, handle: number, offset: number): void {
    const respond: Respond = (result) => {
      if (!Buffer.isBuffer(result)) this.#refuse(opcode, handle, result.error);
      else if (offset > result.length) this.#refuse(opcode, handle, ATT_ERROR.invalidOffset);
      else {
        const part = result.subarray(offset, offset + this.#mtu - 1);
        this.#send(Buffer.concat([Buffer.of(opcode + 1), part]));
      }
    };
    const attribute = this.#attributes[handle - 1];
    if (!attribute) respond({ error: ATT_ERROR.invalidHandle });
    else if (attribute.characteristic?.read) attribute.characteristic.read(respond);
    else respond(this.#known(attribute) ?? { error: ATT_ERROR.readNotPermitted });
  }

  #write(opcode: number, handle: number, value: Buffer): void {
    const respond = (result: AttResult): void => {
      if (opcode & COMMAND_FLAG) return;
      if (Buffer.isBuffer(result)) this.#send(Buffer.of(OPCODE.writeResponse));
      else this.#refuse(opcode, handle, result.error);
    };
    const attribute = this.#attributes[handle - 1];
    if (!attribute) respond({ error: ATT_ERROR.invalidHandle });
    else if (attribute.configures !== undefined) {
      respond(this.#subscribe(attribute.configures, value));
    } else if (attribute.characteristic?.write) {
      attribute.characteristic.write(Buffer.from(value), respond);
    } else respond({ error: ATT_ERROR.writeNotPermitted });
  }

  #subscribe(valueHandle: number, value: Buffer): AttResult {
    if (value.length !== 2) return { error: ATT_ERROR.invalidLength };
    if (value[0] === 1) this.#subscribed.add(valueHandle);
    else this.#subscribed.delete(valueHandle);
    this.#onSubscriptions();
    return Buffer.alloc(0);
  }

  /** Of declarations and configurations: what needs no asking of the profile. */
  #known({ value, configures }: Attribute): Buffer | undefined {
    if (configures === undefined) return value;
    return short(this.#subscribed.has(configures) ? 1 : 0);
  }

  #between(from: number, to: number): Attribute[] {
    return this.#attributes.filter(({ handle }) => handle >= from && handle <= to);
  }

  /** As many of the first as have one length and fit. */
  #fitting(records: readonly Buffer[]): Buffer[] {
    const length = records[0]?.length ?? 0;
    const other = records.findIndex((record) => record.length !== length);
    const equal = other < 0 ? records : records.slice(0, other);
    return equal.slice(0, Math.max(1, Math.floor((this.#mtu - 2) / length)));
  }

  #refuse(opcode: number, handle: number, error: number): void {
    // A command has no answer, not even this one; a response of the central's neither.
    if (opcode & COMMAND_FLAG || opcode % 2 === 1) return;
    this.#send(Buffer.concat([Buffer.of(OPCODE.error, opcode), short(handle), Buffer.of(error)]));
  }
}

/** Fixed part of each request, opcode included. */
const MINIMUM_BYTES: Readonly<Record<number, number>> = {
  [OPCODE.mtuRequest]: 3,
  [OPCODE.findInformationRequest]: 5,
  [OPCODE.findByTypeValueRequest]: 7,
  [OPCODE.readByTypeRequest]: 7,
  [OPCODE.readRequest]: 3,
  [OPCODE.readBlobRequest]: 5,
  [OPCODE.readByGroupRequest]: 7,
  [OPCODE.writeRequest]: 3,
  [OPCODE.writeCommand]: 3,
};

function isLongEnough(pdu: Buffer): boolean {
  return pdu.length >= (MINIMUM_BYTES[pdu[0] ?? 0] ?? 1);
}
