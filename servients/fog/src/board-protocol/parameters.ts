import { isCommand, type Parameter, type ParameterValues } from "../drivers/driver";
import { PARAMETER_CODE, THRESHOLD_OFF } from "./constants";

/** The setting as it travels: parameter code and i32. */
export interface WireSetting {
  readonly parameter: number;
  readonly value: number;
}

export function toWire(parameter: Parameter, value: number | null): WireSetting {
  if (parameter === "samplingIntervalMs") {
    return { parameter: PARAMETER_CODE[parameter], value: Math.round(value ?? 0) };
  }
  const code = parameter === "threshold" ? PARAMETER_CODE.threshold : Number(parameter);
  return { parameter: code, value: value === null ? THRESHOLD_OFF : Math.round(value * 1_000) };
}

/**
 * What a board's parameters should be, and which of them it has not confirmed since it started: a
 * board forgets its parameters at a restart, and the driver sets them again.
 */
export class Parameters {
  readonly #wanted: Record<string, number | null>;
  readonly #unconfirmed: Set<Parameter>;

  constructor(wanted: ParameterValues) {
    this.#wanted = { ...wanted };
    this.#unconfirmed = new Set(Object.keys(wanted) as Parameter[]);
  }

  get values(): ParameterValues {
    return { ...this.#wanted };
  }

  confirm(parameter: Parameter, value: number | null): void {
    if (isCommand(parameter)) return;
    this.#wanted[parameter] = value;
    this.#unconfirmed.delete(parameter);
  }

  /** The board now has `value`; where the user has set another meanwhile, that is to be set anew. */
  restored(parameter: Parameter, value: number | null): void {
    if (this.#wanted[parameter] === value) this.#unconfirmed.delete(parameter);
    else this.#unconfirmed.add(parameter);
  }

  /** The board refused it: asking again would not help. */
  giveUp(parameter: Parameter): void {
    this.#unconfirmed.delete(parameter);
  }

  forgotten(): void {
    for (const parameter of Object.keys(this.#wanted)) {
      this.#unconfirmed.add(parameter as Parameter);
    }
  }

  next(): { parameter: Parameter; value: number | null } | undefined {
    for (const parameter of this.#unconfirmed) {
      return { parameter, value: this.#wanted[parameter] ?? null };
    }
    return undefined;
  }
}
