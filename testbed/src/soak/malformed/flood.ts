/** One kind of bad input, sent in portions: each is digested before the next. */
export interface Flood extends AsyncDisposable {
  /** "datagrams", "strangers", "board", "http", "coap" or "mqtt". */
  readonly name: string;
  /** Whether the receiver tells how many pieces it has refused. */
  readonly isCounted: boolean;
  /** Pieces sent so far. */
  readonly sent: number;
  /** What came back, by kind of answer; empty where nothing ever does. */
  readonly answers: Readonly<Record<string, number>>;
  /** Answers that no malformed input may ever get: the receiver's own failure. */
  readonly failures: number;
  /** @throws WaitTimeoutError when the receiver no longer digests anything */
  send(count: number): Promise<void>;
}

/** Counts answers by kind. */
export class AnswerTally {
  readonly counts: Record<string, number> = {};

  add(kind: string): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  sum(isMeant: (kind: string) => boolean): number {
    return Object.entries(this.counts)
      .filter(([kind]) => isMeant(kind))
      .reduce((sum, [, count]) => sum + count, 0);
  }
}
