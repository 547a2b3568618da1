import { createRng } from "@fogwot/core";
import { createDriverClient, type DriverClient } from "@fogwot/fog";
import { SiteNotRunningError } from "../../errors";
import type { LivingSite } from "../site/living-site";
import { GENEROUS_MS } from "../site/until";
import { badDatagram } from "./bad-datagrams";
import type { Flood } from "./flood";
import type { HostileBoard } from "./hostile-board";

/** So few fit the kernel's buffer of the driver's socket whatever their size: none is lost there. */
const BATCH = 100;

/** Malformed UDP datagrams that reach the driver's socket from a device's own address. */
export class DatagramFlood implements Flood {
  readonly name = "datagrams";
  readonly isCounted = true;
  readonly answers = {};
  readonly failures = 0;
  readonly #board: HostileBoard;
  readonly #driver: DriverClient;
  readonly #rng;
  #sent = 0;
  #before: number | undefined;

  constructor(site: LivingSite, board: HostileBoard, seed: number) {
    const driver = site.attached.info.nodes[0]?.drivers[0];
    if (!driver) throw new SiteNotRunningError(site.siteFile);
    this.#board = board;
    this.#driver = createDriverClient(driver.ipc);
    this.#rng = createRng(seed, "bad datagrams");
  }

  get sent(): number {
    return this.#sent;
  }

  async send(count: number): Promise<void> {
    this.#before ??= await this.#malformed();
    const real = await this.#board.reply();
    for (let left = count; left > 0; left -= BATCH) {
      const batch = Math.min(BATCH, left);
      for (let n = 0; n < batch; n++) this.#board.say(badDatagram(this.#rng, real));
      this.#sent += batch;
      await this.#digested(this.#before + this.#sent);
    }
  }

  /** A datagram more or less than sent stays so, and the count in the end says it. */
  async #digested(wanted: number): Promise<void> {
    const deadlineMs = performance.now() + GENEROUS_MS;
    while ((await this.#malformed()) < wanted && performance.now() < deadlineMs);
  }

  async #malformed(): Promise<number> {
    return (await this.#driver.driverCounters()).malformed ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#driver.close();
  }
}
