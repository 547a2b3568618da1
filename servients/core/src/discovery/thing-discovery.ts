import type * as WoT from "wot-typescript-definitions";
import { DiscoveryFailedError } from "./errors";
import type { Exploration, FoundThing } from "./exploration";
import type { DiscoveryFinding } from "./findings";
import type { ThingTest } from "./thing-query";

type Process = WoT.ThingDiscoveryProcess;

/**
 * A discovery under way: Things as they are found, to be iterated once, and what was passed over.
 *
 * @see W3C WoT Scripting API, ThingDiscoveryProcess
 */
export class ThingDiscovery implements Process {
  /** What was found and is no Thing, so far. */
  readonly findings: DiscoveryFinding[] = [];
  done = false;
  /** The last failure that makes the result incomplete. */
  error?: Error;
  readonly #stopping = new AbortController();
  #things: AsyncGenerator<WoT.ThingDescription> | undefined;

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  note(finding: DiscoveryFinding, isRoot: boolean): void {
    this.findings.push(finding);
    if (isRoot) this.error = new DiscoveryFailedError(finding);
  }

  /** @param throwsAtEnd when the result is incomplete, after all that could be found */
  begin(exploration: Exploration, isWanted: ThingTest, throwsAtEnd: boolean): void {
    this.#things ??= this.#run(exploration, isWanted, throwsAtEnd);
  }

  /** Ends the discovery; a request under way is given up. */
  stop(): void {
    this.done = true;
    this.#stopping.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WoT.ThingDescription> {
    if (this.#things) yield* this.#things;
  }

  /** Everything that is found, at once. @throws as the iteration */
  async toArray(): Promise<WoT.ThingDescription[]> {
    const things: WoT.ThingDescription[] = [];
    for await (const td of this) things.push(td);
    return things;
  }

  /** A description that is valid, and yet cannot be expanded, is not found by what it means. */
  async #isWanted({ td, url }: FoundThing, isWanted: ThingTest): Promise<boolean> {
    try {
      return await isWanted(td);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const id = td.id === undefined ? {} : { id: td.id };
      this.note({ code: "NOT_A_THING_DESCRIPTION", url, ...id, message }, false);
      return false;
    }
  }

  async *#run(exploration: Exploration, isWanted: ThingTest, throwsAtEnd: boolean) {
    try {
      for await (const found of exploration.run()) {
        if (this.done) return;
        if (await this.#isWanted(found, isWanted)) yield found.td;
        if (this.done) return;
      }
    } catch (thrown) {
      // Whoever has stopped it knows.
      if (this.#stopping.signal.aborted && this.done) return;
      throw thrown;
    } finally {
      this.done = true;
    }
    if (throwsAtEnd && this.error) throw this.error;
  }
}
