import { type BlockFacts, blockLines, plainLine } from "./status-block";

/** Where the live view draws. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
}

const PLAIN_PERIOD_MS = 10_000;
const FALLBACK_COLUMNS = 80;

/**
 * Shows a running site: on a terminal one block that is redrawn in place, elsewhere a plain line
 * every ten seconds.
 */
export class LiveView {
  readonly #screen: Screen;
  #drawnLines = 0;
  #nextPlainMs = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  draw(facts: BlockFacts): void {
    if (this.#screen.isTTY !== true) {
      if (facts.elapsedMs < this.#nextPlainMs) return;
      this.#nextPlainMs = facts.elapsedMs + PLAIN_PERIOD_MS;
      this.#screen.write(`${plainLine(facts)}\n`);
      return;
    }
    const lines = blockLines(facts, this.#screen.columns ?? FALLBACK_COLUMNS);
    this.clear();
    this.#screen.write(`${lines.join("\n")}\n`);
    this.#drawnLines = lines.length;
  }

  /** Takes the block off the screen, so that something else can be written. */
  clear(): void {
    // Up to the block's first line, and everything below it erased.
    if (this.#drawnLines > 0) this.#screen.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }
}
