import type { Clock, Logger } from "@fogwot/core/base";
import { LineDownError } from "../../serial";
import { type Library, openLibrary } from "./library";
import type { Noble } from "./noble";
import type { BleSettings } from "./settings";

export interface BleRadioOptions {
  readonly settings: BleSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: (cause: string) => void;
  readonly onUp: (noble: Noble) => void;
  /** It was up, or was expected to be; what was connected is not any more. */
  readonly onDown: (error: LineDownError) => void;
}

const POWER_ON_LIMIT_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;

/**
 * The adapter, or the controller on its line. noble does not get over a hang-up: every time the
 * radio goes, its instance is thrown away and another one made.
 */
export class BleRadio {
  readonly #options: BleRadioOptions;
  readonly #name: string;
  #library: Library | undefined;
  #problem: LineDownError | undefined;
  #isRunning = false;
  #isUp = false;
  #backoffMs = FIRST_BACKOFF_MS;
  #cancel: () => void = () => undefined;
  #disposing: Promise<void> = Promise.resolve();

  constructor(options: BleRadioOptions) {
    this.#options = options;
    const { path, adapter } = options.settings;
    this.#name = path ?? `hci${adapter}`;
  }

  /** Why nothing can be sent; undefined while it is up, or has not been tried yet. */
  get problem(): LineDownError | undefined {
    return this.#problem;
  }

  /** Resolves when the radio is being switched on; it need not be there yet. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#problem = undefined;
    await this.#disposing;
    if (this.#isRunning) this.#open();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancel();
    this.#dispose();
    await this.#disposing;
  }

  #open(): void {
    const { settings, clock, log, count } = this.#options;
    count("opened");
    this.#cancel = clock.schedule(POWER_ON_LIMIT_MS, () => {
      this.#fail(this.#library, `no controller answered within ${POWER_ON_LIMIT_MS} ms`);
    });
    try {
      const library = openLibrary({
        settings,
        onFailure: (reason) => this.#fail(library, reason),
        onState: (state) => this.#onState(library, state),
        onWarning: (message) => {
          count("nobleWarnings");
          log.debug({ message }, "noble warns");
        },
        onLostWrite: () => count("lostWrites"),
      });
      this.#library = library;
    } catch (error) {
      this.#fail(undefined, (error as Error).message);
    }
  }

  #onState(library: Library, state: string): void {
    if (library !== this.#library) return;
    if (state === "poweredOn" && !this.#isUp) {
      this.#cancel();
      this.#isUp = true;
      this.#problem = undefined;
      this.#backoffMs = FIRST_BACKOFF_MS;
      this.#options.log.info({ radio: this.#name }, "Bluetooth is up");
      this.#options.onUp(library.noble);
    } else if (state === "unsupported" || state === "unauthorized") {
      this.#fail(library, state === "unsupported" ? "no Bluetooth LE" : "not permitted");
    } else if (state !== "poweredOn" && this.#isUp) {
      this.#fail(library, state);
    }
  }

  #fail(library: Library | undefined, reason: string): void {
    if (library !== this.#library) return;
    const { clock, log, count, onDown } = this.#options;
    this.#cancel();
    count(this.#isUp ? "hangUps" : "openFailures");
    const error = new LineDownError(this.#name, reason);
    // Said once, not at every try.
    if (this.#isUp || this.#problem?.message !== error.message) {
      log.warn({ radio: this.#name, reason }, "no Bluetooth");
    }
    this.#problem = error;
    this.#dispose();
    onDown(error);
    if (!this.#isRunning) return;
    this.#cancel = clock.schedule(this.#backoffMs, () => void this.#reopen());
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2);
  }

  async #reopen(): Promise<void> {
    await this.#disposing;
    if (this.#isRunning) this.#open();
  }

  #dispose(): void {
    const library = this.#library;
    this.#library = undefined;
    this.#isUp = false;
    if (library) this.#disposing = library.dispose();
  }
}
