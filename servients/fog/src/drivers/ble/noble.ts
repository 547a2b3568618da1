/** The part of noble's interface that the driver uses; both libraries have it. */
export interface Noble {
  readonly state: string;
  on(event: "stateChange", listener: (state: string) => void): unknown;
  on(event: "discover", listener: (peripheral: NoblePeripheral) => void): unknown;
  on(event: "warning", listener: (message: string) => void): unknown;
  removeAllListeners(event?: string): unknown;
  startScanningAsync(serviceUuids: readonly string[], allowDuplicates: boolean): Promise<unknown>;
  stopScanningAsync(): Promise<unknown>;
}

export interface NoblePeripheral {
  /** Twelve lower-case hexadecimal digits. */
  readonly id: string;
  readonly state: string;
  connectAsync(): Promise<unknown>;
  cancelConnect(): void;
  disconnect(callback?: () => void): void;
  discoverServicesAsync(uuids: readonly string[]): Promise<readonly NobleService[]>;
  on(event: "connect" | "disconnect", listener: (reason: unknown) => void): unknown;
  once(event: "connect" | "disconnect", listener: (reason: unknown) => void): unknown;
  removeListener(event: string, listener: (reason: unknown) => void): unknown;
}

export interface NobleService {
  readonly uuid: string;
  discoverCharacteristicsAsync(uuids: readonly string[]): Promise<readonly NobleCharacteristic[]>;
}

export interface NobleCharacteristic {
  readonly uuid: string;
  readonly properties: readonly string[];
  readAsync(): Promise<Buffer>;
  writeAsync(value: Buffer, withoutResponse: boolean): Promise<unknown>;
  subscribeAsync(): Promise<unknown>;
  on(event: "data", listener: (value: Buffer, isNotification: boolean) => void): unknown;
  removeAllListeners(event?: string): unknown;
}

/** @returns false where there was no connection to end: noble fails then, in one way or another */
export function disconnect(peripheral: NoblePeripheral): boolean {
  try {
    peripheral.disconnect();
    return true;
  } catch {
    return false;
  }
}
