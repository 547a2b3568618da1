/** What processors may do to devices of their node. */
export interface DeviceAccess {
  /** Invokes an action of the device's own: a stream's command. @throws what the device's Thing throws */
  invoke(device: string, action: string): Promise<unknown>;
  /** Writes a writable property of the device. @throws what Driver.query throws */
  set(device: string, parameter: string, value: number): Promise<unknown>;
}
