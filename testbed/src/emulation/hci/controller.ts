import type { Clock, Logger } from "@fogwot/core";
import type { Air, Listener, Peripheral } from "./air";
import { Connection } from "./connection";
import { ACL_BYTES, ACL_PACKETS, COMMAND, STATUS } from "./constants";
import { HostParser } from "./h4";
import {
  addressBytes,
  addressText,
  advertisingReport,
  type ConnectionParameters,
  commandComplete,
  commandStatus,
  completedPackets,
  connectionComplete,
  connectionUpdated,
  disconnectionComplete,
  type Peer,
} from "./packets";

export interface ControllerOptions {
  /** Its own, twelve hexadecimal digits. */
  readonly address: string;
  readonly air: Air;
  readonly send: (bytes: Buffer) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Scan {
  readonly isActive: boolean;
  readonly filtersDuplicates: boolean;
  readonly seen: Set<string>;
}

interface Wish {
  readonly peer: Peer;
  readonly parameters: ConnectionParameters;
}

const FIRST_HANDLE = 0x0040;
const RSSI_DBM = -60;
/** Bluetooth 5.0. */
const HCI_VERSION = 9;
/** Not given to any company. */
const MANUFACTURER = 0xffff;

/** A Bluetooth LE controller in the central's role, as the host at the line sees it. */
export class HciController implements Listener {
  readonly counters = { commands: 0, acl: 0, malformed: 0, noise: 0, connections: 0 };
  readonly #options: ControllerOptions;
  readonly #parser: HostParser;
  readonly #connections = new Map<number, Connection>();
  #nextHandle = FIRST_HANDLE;
  #isActiveScan = false;
  #scan: Scan | undefined;
  #wish: Wish | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#parser = new HostParser({
      command: (opcode, parameters) => this.#obey(opcode, parameters),
      acl: (handle, isStart, data) => this.#takeAcl(handle, isStart, data),
      noise: (count) => {
        this.counters.noise += count;
      },
    });
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  get pendingBytes(): number {
    return this.#parser.pendingBytes;
  }

  /** Bytes from the host. Never throws. */
  take(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  /** As after power-up: nothing scanned, nothing connected, and no event about it. */
  reset(): void {
    this.#scan = undefined;
    this.#wish = undefined;
    for (const connection of this.#connections.values()) this.#drop(connection);
  }

  /** The line hung up: half a packet will not be finished. */
  hangUp(): void {
    this.#parser.reset();
    this.reset();
  }

  /** The peripheral of this address ends its connection, as one does that starts over. */
  terminate(address: string): void {
    for (const connection of this.#connections.values()) {
      if (connection.peripheral.address === address) {
        this.#end(connection, STATUS.remoteTerminated);
      }
    }
  }

  onAdvertising(peripheral: Peripheral): void {
    if (this.#wish?.peer.address === peripheral.address) this.#connect(peripheral, this.#wish);
    else if (this.#scan) this.#report(peripheral, this.#scan);
  }

  onTick(): void {
    for (const connection of this.#connections.values()) {
      if (connection.isLost) this.#end(connection, STATUS.connectionTimeout);
    }
  }

  #obey(opcode: number, parameters: Buffer): void {
    this.counters.commands++;
    const complete = (status: number, result?: Uint8Array): void =>
      this.#send(commandComplete(opcode, status, result));
    const needs = LENGTH[opcode];
    if (needs !== undefined && parameters.length < needs) {
      this.counters.malformed++;
      complete(STATUS.invalidParameters);
      return;
    }
    const result = this.#inquiry(opcode);
    if (result) {
      complete(STATUS.success, result);
      return;
    }
    switch (opcode) {
      case COMMAND.reset:
        this.reset();
        complete(STATUS.success);
        break;
      case COMMAND.leSetScanParameters:
        this.#isActiveScan = parameters[0] === 1;
        complete(STATUS.success);
        break;
      case COMMAND.leSetScanEnable:
        complete(STATUS.success);
        this.#setScan(parameters[0] === 1, parameters[1] === 1);
        break;
      case COMMAND.readRssi:
        complete(STATUS.success, Buffer.concat([parameters.subarray(0, 2), RSSI]));
        break;
      case COMMAND.leCancelConnection:
        this.#cancelConnection(complete);
        break;
      case COMMAND.leCreateConnection:
        this.#createConnection(parameters);
        break;
      case COMMAND.disconnect:
      case COMMAND.leConnectionUpdate:
        this.#change(opcode, parameters);
        break;
      default:
        complete(STATUS.unknownCommand);
    }
  }

  /** What is asked of the controller and changes nothing. */
  #inquiry(opcode: number): Buffer | undefined {
    switch (opcode) {
      case COMMAND.setEventMask:
      case COMMAND.leSetEventMask:
      case COMMAND.writeLeHostSupported:
        return Buffer.alloc(0);
      case COMMAND.readLeHostSupported:
        return Buffer.of(1, 0);
      case COMMAND.readLocalVersion: {
        const version = Buffer.of(HCI_VERSION, 0, 0, HCI_VERSION, 0, 0, 0, 0);
        version.writeUInt16LE(MANUFACTURER, 4);
        return version;
      }
      case COMMAND.readAddress:
        return addressBytes(this.#options.address);
      case COMMAND.readBufferSize:
        return Buffer.of(ACL_BYTES, 0, 0, ACL_PACKETS, 0, 0, 0);
      case COMMAND.leReadBufferSize:
        return Buffer.of(ACL_BYTES, 0, ACL_PACKETS);
      case COMMAND.leReadFeatures:
        return Buffer.alloc(8);
      default:
        return undefined;
    }
  }

  #setScan(isOn: boolean, filtersDuplicates: boolean): void {
    const isActive = this.#isActiveScan;
    this.#scan = isOn ? { isActive, filtersDuplicates, seen: new Set() } : undefined;
  }

  #report(peripheral: Peripheral, { isActive, filtersDuplicates, seen }: Scan): void {
    if (filtersDuplicates && seen.has(peripheral.address)) return;
    seen.add(peripheral.address);
    this.#send(advertisingReport(0, peripheral, peripheral.advertisement, RSSI_DBM));
    if (isActive) this.#send(advertisingReport(4, peripheral, peripheral.scanResponse, RSSI_DBM));
  }

  #createConnection(parameters: Buffer): void {
    const opcode = COMMAND.leCreateConnection;
    if (this.#wish) {
      this.#send(commandStatus(opcode, STATUS.commandDisallowed));
      return;
    }
    this.#send(commandStatus(opcode, STATUS.success));
    const address = addressText(parameters.subarray(6, 12));
    const wish: Wish = {
      peer: { address, addressType: parameters.readUInt8(5) },
      parameters: {
        interval: parameters.readUInt16LE(13),
        latency: parameters.readUInt16LE(17),
        supervisionTimeout: parameters.readUInt16LE(19),
      },
    };
    this.#wish = wish;
    const { air } = this.#options;
    const peripheral = air.find(address);
    if (peripheral && air.isAdvertising(peripheral)) this.#connect(peripheral, wish);
  }

  #cancelConnection(complete: (status: number) => void): void {
    const wish = this.#wish;
    this.#wish = undefined;
    complete(wish ? STATUS.success : STATUS.commandDisallowed);
    if (wish) {
      const { peer, parameters } = wish;
      this.#send(connectionComplete(STATUS.unknownConnection, 0, peer, parameters));
    }
  }

  #connect(peripheral: Peripheral, { parameters }: Wish): void {
    // An address of the other kind is another device's.
    if (this.#wish?.peer.addressType !== peripheral.addressType) return;
    this.#wish = undefined;
    this.counters.connections++;
    const { air, clock, log } = this.#options;
    const handle = this.#nextHandle;
    this.#nextHandle = handle >= 0x0eff ? FIRST_HANDLE : handle + 1;
    air.occupy(peripheral);
    const send = (bytes: Buffer) => this.#send(bytes);
    const connection = new Connection({ handle, peripheral, parameters, send, clock });
    this.#connections.set(handle, connection);
    log.debug({ address: peripheral.address, handle }, "central connected");
    this.#send(connectionComplete(STATUS.success, handle, peripheral, parameters));
  }

  #change(opcode: number, parameters: Buffer): void {
    const connection = this.#connections.get(parameters.readUInt16LE(0) & 0x0fff);
    const status = connection ? STATUS.success : STATUS.unknownConnection;
    this.#send(commandStatus(opcode, status));
    if (!connection) return;
    if (opcode === COMMAND.disconnect) this.#end(connection, STATUS.localHostTerminated);
    else this.#send(connectionUpdated(connection.handle, connection.parameters));
  }

  #takeAcl(handle: number, isStart: boolean, data: Buffer): void {
    this.counters.acl++;
    const connection = this.#connections.get(handle);
    if (!connection) {
      this.counters.malformed++;
      return;
    }
    this.#send(completedPackets(handle, 1));
    if (!connection.take(isStart, data)) this.counters.malformed++;
  }

  #end(connection: Connection, reason: number): void {
    this.#drop(connection);
    this.#send(disconnectionComplete(connection.handle, reason));
  }

  #drop(connection: Connection): void {
    this.#connections.delete(connection.handle);
    this.#options.air.release(connection.peripheral);
    connection.end();
  }

  #send(bytes: Buffer): void {
    this.#options.send(bytes);
  }
}

const RSSI = Buffer.alloc(1);
RSSI.writeInt8(RSSI_DBM);

/** Bytes of parameters that a command needs. */
const LENGTH: Readonly<Record<number, number>> = {
  [COMMAND.leSetScanParameters]: 7,
  [COMMAND.leSetScanEnable]: 2,
  [COMMAND.leCreateConnection]: 25,
  [COMMAND.disconnect]: 3,
  [COMMAND.leConnectionUpdate]: 14,
  [COMMAND.readRssi]: 2,
};
