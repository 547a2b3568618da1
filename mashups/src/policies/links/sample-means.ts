import { grown } from "../grown";

interface State {
  readonly sum: readonly number[];
  readonly n: readonly number[];
}

/** Sum and number of the rewards of every device. */
export class SampleMeans {
  sum = new Float64Array(16);
  n = new Float64Array(16);

  join(handle: number): void {
    this.sum = grown(this.sum, handle + 1);
    this.n = grown(this.n, handle + 1);
    this.forget(handle);
  }

  add(handle: number, reward: number): void {
    this.sum[handle] = (this.sum[handle] as number) + reward;
    this.n[handle] = (this.n[handle] as number) + 1;
  }

  remove(handle: number, reward: number): void {
    const n = (this.n[handle] as number) - 1;
    this.n[handle] = n;
    // Rounding must not pile up in a sum that is never begun anew.
    this.sum[handle] = n === 0 ? 0 : (this.sum[handle] as number) - reward;
  }

  forget(handle: number): void {
    this.sum[handle] = 0;
    this.n[handle] = 0;
  }

  forgetAll(): void {
    this.sum.fill(0);
    this.n.fill(0);
  }

  mean(handle: number): number {
    return (this.sum[handle] as number) / (this.n[handle] as number);
  }

  snapshot(bound: number): State {
    return {
      sum: Array.from(this.sum.subarray(0, bound)),
      n: Array.from(this.n.subarray(0, bound)),
    };
  }

  restore({ sum, n }: State, bound: number): void {
    this.sum = grown(this.sum, bound);
    this.n = grown(this.n, bound);
    this.sum.set(sum);
    this.n.set(n);
  }
}
