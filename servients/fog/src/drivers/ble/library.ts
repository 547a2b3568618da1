import type { EventEmitter } from "node:events";
import type { Noble } from "./noble";
import type { BleSettings, LibraryName } from "./settings";

/** One instance of noble on one adapter or line. */
export interface Library {
  readonly noble: Noble;
  /** Frees the adapter; the instance is of no more use. Never rejects. */
  dispose(): Promise<void>;
}

export interface LibraryOptions {
  readonly settings: BleSettings;
  readonly onState: (state: string) => void;
  readonly onWarning: (message: string) => void;
  /** The line or adapter cannot be used, or not any more. */
  readonly onFailure: (reason: string) => void;
  /** A write of noble's to a connection that is gone. */
  readonly onLostWrite: () => void;
}

/** What lies below noble's interface, as far as its faults have to be covered (docs/ble.md). */
interface Inside {
  readonly _bindings?: { readonly _hci?: Hci };
  stop?(): void;
}
interface Hci {
  readonly _socket?: HciSocket;
  pollIsDevUp?(): void;
  init?(): void;
  flushAcl?(): unknown;
}
interface HciSocket extends EventEmitter {
  readonly _serialDevice?: SerialDevice;
  _handleReconnection?(): Promise<void>;
  reset?(): void;
  stop(): void;
}
interface SerialDevice extends EventEmitter {
  readonly isOpen: boolean;
  readonly opening: boolean;
  drain(callback: () => void): void;
  close(callback: () => void): void;
}

const DRAIN_LIMIT_MS = 200;
const PROCESS_EVENTS = ["exit", "SIGINT"] as const;
type Listener = (...values: unknown[]) => void;

/**
 * Loads the library, creates an instance and switches it on. Whatever noble leaves open when its
 * line or a connection goes is covered here; nothing of it is changed on disk.
 * @throws whatever noble throws where there is no Bluetooth at all
 */
export function openLibrary(options: LibraryOptions): Library {
  const before = PROCESS_EVENTS.map((event) => new Set(process.listeners(event as "exit")));
  const unhook = (): void => {
    PROCESS_EVENTS.forEach((event, i) => {
      for (const hook of hooks[i] ?? []) process.removeListener(event, hook as Listener);
    });
  };
  const newHooks = () =>
    PROCESS_EVENTS.map((event, i) =>
      process.listeners(event as "exit").filter((hook) => !before[i]?.has(hook)),
    );
  let hooks: ReturnType<typeof newHooks> = [];
  let noble: Noble;
  try {
    noble = CREATE[options.settings.library](options.settings);
    // Asking for it switches noble on, here and now.
    void noble.state;
  } catch (error) {
    hooks = newHooks();
    unhook();
    throw error;
  }
  hooks = newHooks();
  const inside = noble as unknown as Inside;
  const hci = inside._bindings?._hci;
  if (hci) coverFaults(hci, options);
  noble.on("stateChange", options.onState);
  noble.on("warning", options.onWarning);
  return {
    noble,
    async dispose() {
      noble.removeAllListeners();
      // Without a listener it would write to the console.
      noble.on("warning", () => undefined);
      await end(inside);
      unhook();
    },
  };
}

function coverFaults(hci: Hci, { onFailure, onLostWrite }: LibraryOptions): void {
  const { flushAcl, init, _socket: socket } = hci;
  // It fails inside a promise that nobody holds where the connection went meanwhile.
  if (flushAcl) {
    hci.flushAcl = async () => {
      try {
        await flushAcl.call(hci);
      } catch {
        onLostWrite();
      }
    };
  }
  if (!socket) return;
  // It looks for the line in a list that no pseudo-terminal is in, and would open it behind our back.
  if (socket._handleReconnection) socket._handleReconnection = async () => undefined;
  const onError = (error: Error): void => onFailure(error.message);
  const onState = (isUp: boolean): void => {
    if (!isUp) onFailure("the line hung up");
    // noble looks whether the controller is up once a second; now it is.
    else hci.pollIsDevUp?.();
  };
  // Before noble's own listeners, which make a lost connection of every device out of it.
  const listen = (): void => {
    if (!socket.listeners("error").includes(onError)) socket.prependListener("error", onError);
    if (!socket.listeners("state").includes(onState)) socket.prependListener("state", onState);
  };
  listen();
  // With the first power-up noble begins anew, and throws every listener away.
  if (init) {
    hci.init = () => {
      init.call(hci);
      listen();
    };
  }
}

async function end(inside: Inside): Promise<void> {
  const hci = inside._bindings?._hci;
  const socket = hci?._socket;
  const serial = socket?._serialDevice;
  if (serial?.isOpen) {
    // Left alone, a controller would keep its connections, and the peripherals would stay taken.
    socket?.reset?.();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DRAIN_LIMIT_MS);
      serial.drain(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  if (hci?.pollIsDevUp) hci.pollIsDevUp = () => undefined;
  try {
    if (inside.stop) inside.stop();
    else socket?.stop();
  } catch {
    // An adapter that never opened has nothing to stop.
  }
  // `close` with a write under way emits one more error, and an error without a listener ends us.
  socket?.on("error", () => undefined);
  serial?.on("error", () => undefined);
  if (serial) await closed(serial);
}

function closed(serial: SerialDevice): Promise<void> {
  return new Promise((resolve) => {
    if (serial.opening) {
      serial.once("open", () => serial.close(() => resolve()));
      serial.once("error", () => resolve());
    } else if (serial.isOpen) serial.close(() => resolve());
    else resolve();
  });
}

const CREATE: Readonly<Record<LibraryName, (settings: BleSettings) => Noble>> = {
  "@abandonware/noble": ({ path, baudRate, adapter }) => {
    // Read when the module is loaded and when it binds: it knows no other way.
    if (path !== undefined) {
      process.env.BLUETOOTH_HCI_SOCKET_UART_PORT = path;
      process.env.BLUETOOTH_HCI_SOCKET_UART_BAUDRATE = String(baudRate);
    }
    const create = require("@abandonware/noble/with-custom-binding") as (options: object) => Noble;
    return create({ deviceId: adapter });
  },
  "@stoprocent/noble": ({ path, baudRate, adapter }) => {
    const { withBindings } = require("@stoprocent/noble") as {
      withBindings: (name: string, options: object) => Noble;
    };
    const uart = { hciDriver: "uart", bindParams: { uart: { port: path, baudRate } } };
    return withBindings("hci", path === undefined ? { deviceId: adapter } : uart);
  },
};
