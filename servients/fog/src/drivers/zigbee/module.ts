import type { Clock, Logger } from "@fogwot/core/base";
import { LineDownError } from "../../serial";
import { AtCommandError } from "./errors";
import type { XBeeRadio } from "./radio";
import { type ApiMode, MODEM_STATUS, MODEM_STATUS_TEXT, type NodeIdentity } from "./xbee";

export interface XBeeModuleOptions {
  readonly radio: XBeeRadio;
  readonly mode: ApiMode;
  /** Between two searches; undefined: it is never asked who is there. */
  readonly discoverMs: number | undefined;
  readonly onNode: (node: NodeIdentity) => void;
  /** The module can carry packets, after its start, a restart or a change of mode. */
  readonly onNetwork: () => void;
  readonly count: (cause: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const COMMAND_LIMIT_MS = 2_000;
const RETRY_MS = 2_000;
/** What modules answer with that are as they left the factory. */
const DEFAULT_DISCOVERY_MS = 6_000;
/** NT counts in this. */
const NT_UNIT_MS = 100;
const NOTHING = Buffer.alloc(0);
const HELD_LIMIT = 512;

/**
 * Looks after the coordinator's module while the line stands: sets what the driver relies on, again
 * after every restart of the module, and asks now and then who is in the network.
 */
export class XBeeModule {
  readonly #options: XBeeModuleOptions;
  #care: AbortController | undefined;
  /** Its own settings have another API mode: a restart brings them back. */
  #isForeign = false;
  #isHolding = false;
  #held: (() => void)[] = [];

  constructor(options: XBeeModuleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#care?.abort();
    const care = new AbortController();
    this.#care = care;
    void this.#lookAfter(care.signal);
  }

  stop(): void {
    this.#care?.abort();
    this.#care = undefined;
    this.#isForeign = false;
    this.#isHolding = false;
    this.#held = [];
  }

  /**
   * Sends, after a restart that has put the module back into the other API mode once it is set
   * again: what it does not understand is lost, and would count against the board. Whoever sends
   * watches the time, and the line's end, itself.
   */
  whenSet(send: () => void): void {
    if (!this.#isHolding) {
      send();
      return;
    }
    // A module that stays silent must not gather what nobody waits for any more.
    if (this.#held.length === HELD_LIMIT) this.#held.shift();
    this.#held.push(send);
  }

  takeStatus(status: number): void {
    const { count, log, onNetwork } = this.#options;
    const text = MODEM_STATUS_TEXT[status] ?? `status ${status}`;
    log[status === MODEM_STATUS.disassociated ? "warn" : "info"]({ status, text }, "radio module");
    count(`modem ${text}`);
    const isRestart =
      status === MODEM_STATUS.hardwareReset || status === MODEM_STATUS.watchdogReset;
    // Settings that were not written to its flash are gone with a restart.
    if (isRestart && this.#care) {
      this.#isHolding = this.#isForeign;
      this.start();
    }
    if (status === MODEM_STATUS.joined || status === MODEM_STATUS.coordinatorStarted) onNetwork();
  }

  async #lookAfter(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const discoveryMs = await this.#setUp(signal);
      this.#release(signal);
      while (this.#options.discoverMs !== undefined && !signal.aborted) {
        await this.#options.radio.discover(discoveryMs, this.#options.onNode);
        await clock.sleep(this.#options.discoverMs, signal);
      }
    } catch (error) {
      // The line went, or the module restarted: whoever saw that starts this anew.
      if (!signal.aborted && !(error instanceof LineDownError)) {
        log.error({ err: error }, "radio module no longer looked after");
      }
    }
  }

  #release(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#isHolding = false;
    for (const send of this.#held.splice(0)) send();
  }

  /** @returns how long the module listens for answers to a discovery */
  async #setUp(signal: AbortSignal): Promise<number> {
    const { clock, count, log, mode } = this.#options;
    for (let tries = 0; ; tries++) {
      try {
        const [current] = await this.#at("AP", NOTHING, signal);
        if (current !== mode) {
          log.warn({ current, wanted: mode }, "the module is in another API mode: set for now");
          await this.#at("AP", Buffer.of(mode), signal);
          this.#isForeign = true;
          // What was asked before was not understood.
          this.#options.onNetwork();
        }
        // Received packets as frame 0x90, without endpoints and clusters.
        await this.#at("AO", Buffer.of(0), signal);
        const time = await this.#at("NT", NOTHING, signal);
        const listenMs = time.length > 0 ? time.readUIntBE(0, time.length) * NT_UNIT_MS : 0;
        return Math.max(listenMs, NT_UNIT_MS) + NT_UNIT_MS;
      } catch (error) {
        if (!(error instanceof AtCommandError)) throw error;
        signal.throwIfAborted();
        count("moduleRefusals");
        // An old module that lacks a parameter works as it is; one that says nothing may wake up.
        if (error.commandStatus !== null) return DEFAULT_DISCOVERY_MS;
        if (tries === 0) {
          log.warn({ err: error }, "the module is silent: wrong speed, or not in an API mode?");
        }
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #at(command: string, value: Buffer, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    return this.#options.radio.at(command, value, COMMAND_LIMIT_MS);
  }
}
