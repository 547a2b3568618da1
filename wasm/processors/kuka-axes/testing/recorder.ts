import type { KukaAxesSink, PoseRecord } from "../decoder";

/** A sink that keeps copies. */
export class Recorder implements KukaAxesSink {
  readonly poses: { readonly number: number; readonly axes: readonly number[] }[] = [];
  readonly acknowledgements: { readonly id: number; readonly status: number }[] = [];

  pose({ number, axes }: PoseRecord): void {
    this.poses.push({ number, axes: [...axes] });
  }

  acknowledgement(id: number, status: number): void {
    this.acknowledgements.push({ id, status });
  }
}
