import type { Clock, Logger } from "@fogwot/core/base";
import type { DeviceStatus, JoinedDevice } from "../driver";
import type { JoinSettings } from "./settings";
import type { Address64, NodeIdentity } from "./xbee";

export interface MembersOptions {
  /** Undefined: nobody is admitted. */
  readonly join: JoinSettings | undefined;
  readonly admit: (address: Address64, joined: JoinedDevice) => void;
  readonly dismiss: (address: Address64) => void;
  /** Asks a module for its name. */
  readonly nameOf: (address: Address64) => Promise<string>;
  readonly count: (cause: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** More than one coordinator serves: a flood of made-up addresses ends here. */
const MAX_JOINED = 200;
const MAX_STRANGERS = 1_000;
const COORDINATOR_ROLE = 0;

/** Who is in the network without being named in the site file: they come, and go. */
export class Members {
  readonly #options: MembersOptions;
  /** Joined modules, and how to keep those from leaving that are not heard now. */
  readonly #joined = new Map<Address64, (() => void) | undefined>();
  readonly #asked = new Set<Address64>();
  readonly #strangers = new Set<Address64>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Joined before this driver started; it leaves unless it is heard in time. */
  restore(address: Address64): void {
    this.#joined.set(address, undefined);
  }

  start(): void {
    for (const address of this.#joined.keys()) this.#awaitLeave(address);
  }

  stop(): void {
    for (const [address, cancel] of this.#joined) {
      cancel?.();
      this.#joined.set(address, undefined);
    }
  }

  /** A module has told who it is, and no device has its address. */
  meet({ address64, name, role }: NodeIdentity): void {
    if (role === COORDINATOR_ROLE) return;
    const { join, admit } = this.#options;
    if (!join || this.#joined.size >= MAX_JOINED) {
      this.#refuse(address64, name);
      return;
    }
    const title = name.trim() === "" ? address64.toUpperCase() : name.trim();
    this.#joined.set(address64, undefined);
    admit(address64, { type: join.type, title, address: address64 });
    this.#awaitLeave(address64);
  }

  /** A packet came from an address that no device has. */
  hear(address: Address64): void {
    const { join, count, nameOf, log } = this.#options;
    count("unknownSender");
    if (!join || this.#asked.has(address) || this.#asked.size >= MAX_JOINED) return;
    this.#asked.add(address);
    void nameOf(address)
      .then((name) => this.#meetByName(address, name))
      .catch((error: unknown) => log.debug({ address, err: error }, "did not tell its name"))
      .finally(() => this.#asked.delete(address));
  }

  /** Only those that joined leave: a device of the site file is offline, and stays a Thing. */
  heardOf(address: Address64, status: DeviceStatus): void {
    if (!this.#joined.has(address)) return;
    this.#joined.get(address)?.();
    this.#joined.set(address, undefined);
    if (status === "offline") this.#awaitLeave(address);
  }

  #meetByName(address64: Address64, name: string): void {
    if (this.#joined.has(address64)) return;
    const unknown = { address16: 0, parent16: 0, event: 0, profile: 0, manufacturer: 0 };
    this.meet({ ...unknown, address64, name, role: COORDINATOR_ROLE + 1 });
  }

  #awaitLeave(address: Address64): void {
    const { join, clock, dismiss } = this.#options;
    const cancel = clock.schedule(join?.leaveAfterMs ?? 0, () => {
      this.#joined.delete(address);
      dismiss(address);
    });
    this.#joined.set(address, cancel);
  }

  #refuse(address: Address64, name: string): void {
    if (this.#strangers.has(address) || this.#strangers.size >= MAX_STRANGERS) return;
    this.#strangers.add(address);
    this.#options.count("strangers");
    this.#options.log.info({ address, name }, "a module that is no device of this site");
  }
}
