import { InputError } from "@fogwot/core";
import { loadPolicy, policyParameters } from "@fogwot/mashups";
import type { Experiment, ExperimentPolicy } from "../experiment";

/** One parameter of a sweep and the values it takes. */
export interface SweptParameter {
  /** Label of a policy; null: a setting of the experiment (m, timeoutMs). */
  readonly policy: string | null;
  readonly name: string;
  readonly values: readonly unknown[];
}

/** A policy with the values that a combination gives it. */
export interface SweptPolicy extends ExperimentPolicy {
  readonly swept: Readonly<Record<string, unknown>>;
}

const SETTINGS = ["m", "timeoutMs"] as const;

/**
 * `P1.alpha=0.1,0.3,0.7` or `m=2,3`; a list of values that are no plain texts or numbers is JSON:
 * `P5.weights=[{"delay":1},{"pdr":1}]`.
 * @throws InputError
 */
export function parseSwept(text: string): SweptParameter {
  const match = /^(?:([^=.]+)\.)?([A-Za-z][\w]*)=(.+)$/.exec(text);
  const [, policy = null, name = "", list = ""] = match ?? [];
  const values = valuesOf(list);
  const isSetting = (SETTINGS as readonly string[]).includes(name);
  if (!match || values.length === 0 || (policy === null && !isSetting)) {
    const wanted = `POLICY.parameter=value,value,… or ${SETTINGS.join("=… or ")}=…`;
    throw new InputError({ path: "--param", got: text, wanted });
  }
  return { policy, name, values };
}

function valuesOf(list: string): unknown[] {
  if (list.startsWith("[")) {
    const parsed = parse(list);
    if (Array.isArray(parsed)) return parsed;
  }
  return list.split(",").map(parse);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Experiments of a sweep: one per combination of settings, all combinations of parameters in each. */
export function sweepExperiments(
  experiment: Experiment,
  swept: readonly SweptParameter[],
): { readonly experiment: Experiment; readonly policies: readonly SweptPolicy[] }[] {
  const settings = combinations(swept.filter(({ policy }) => policy === null));
  const named = new Set(swept.flatMap(({ policy }) => policy ?? []));
  const known = [...experiment.policies];
  for (const label of named) {
    if (!known.some((policy) => policy.label === label)) known.push(policyNamed(label, experiment));
  }
  return settings.map((setting) => {
    const chosen = known.filter(({ label }) => named.size === 0 || named.has(label));
    const policies = chosen.flatMap((policy) =>
      combinations(swept.filter((one) => one.policy === policy.label)).map((values) =>
        sweptPolicy(experiment, policy, { ...setting, ...values }, Object.keys(values)),
      ),
    );
    return { experiment: { ...experiment, ...setting, policies: policies.map(plain) }, policies };
  });
}

/** Weights of delay, PDR, energy and age in steps that sum to 1, as values of a parameter. */
export function weightGrid(policy: string, steps: number): SweptParameter {
  const values: object[] = [];
  for (let delay = 0; delay <= steps; delay++) {
    for (let pdr = 0; delay + pdr <= steps; pdr++) {
      for (let energy = 0; delay + pdr + energy <= steps; energy++) {
        const age = steps - delay - pdr - energy;
        const share = (part: number): number => part / steps;
        values.push({
          delay: share(delay),
          pdr: share(pdr),
          energy: share(energy),
          age: share(age),
        });
      }
    }
  }
  return { policy, name: "weights", values };
}

/** A policy that the experiment does not run itself. @throws PolicyNotFoundError */
function policyNamed(name: string, { slots, base }: Experiment): ExperimentPolicy {
  const parameters = policyParameters(loadPolicy(name, base), {});
  const segment = { fromSlot: 1, policy: name, parameters, carry: "none", source: null } as const;
  return { label: name, slots, segments: [segment] };
}

function plain({ swept: _, ...policy }: SweptPolicy): ExperimentPolicy {
  return policy;
}

function sweptPolicy(
  { base }: Experiment,
  policy: ExperimentPolicy,
  swept: Readonly<Record<string, unknown>>,
  own: readonly string[],
): SweptPolicy {
  const changes = Object.fromEntries(own.map((name) => [name, swept[name]]));
  const text = Object.entries(swept).map(([name, value]) => `${name}=${shown(value)}`);
  return {
    ...policy,
    label: [policy.label, ...text].join(" "),
    swept,
    segments: policy.segments.map((segment) => {
      const definition = loadPolicy(segment.policy, base);
      const parameters = policyParameters(definition, { ...segment.parameters, ...changes });
      return { ...segment, parameters };
    }),
  };
}

/** `delay 0.5, pdr 0.5` for an object: what is 0 is left out. */
export function shown(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== 0)
    .map(([name, part]) => `${name} ${part}`)
    .join(", ");
}

function combinations(swept: readonly SweptParameter[]): Record<string, unknown>[] {
  return swept.reduce<Record<string, unknown>[]>(
    (before, { name, values }) =>
      before.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
