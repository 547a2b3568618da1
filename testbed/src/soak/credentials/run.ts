import {
  BINDING_NAMES,
  type BindingName,
  type RunningServient,
  startServient,
  systemClock,
} from "@fogwot/core";
import { fetchThings } from "../../things/thing-descriptions";
import { schemeOf } from "../../validate/probe/address";
import { type Target, targetsOf } from "../../validate/probe/targets";
import type { SoakCheck } from "../soak";
import { attempt, canBeTried, type Outcome } from "./attempt";
import { wantedScopes } from "./rules";
import type { SecuredSite } from "./secured-site";
import { intruders, knownUsers, type Visitor } from "./visitors";

/** One operation of one form of one Thing. */
interface Door {
  readonly thing: string;
  readonly target: Target;
  readonly binding: BindingName;
}

export interface CredentialFigures {
  /** Operations of forms, all Things together. */
  readonly doors: number;
  readonly attempts: number;
  /** Attempts by visitors that have no right to them, and what came of them. */
  readonly unlawful: Readonly<Record<Outcome, number>>;
  readonly lawful: Readonly<Record<Outcome, number>>;
  readonly byBinding: Readonly<Record<BindingName, number>>;
}

export interface CredentialRun {
  readonly checks: readonly SoakCheck[];
  readonly figures: CredentialFigures;
}

export interface CredentialOptions {
  readonly secured: SecuredSite;
  /** Takes some of the doors that a visitor tries. @default all */
  readonly choose?: (doors: readonly Door[], visitor: Visitor) => readonly Door[];
  /** Whether another round is to begin. @default one round */
  readonly goesOn?: (round: number) => boolean;
  readonly onProgress: (text: string) => void;
}

const TIMEOUT_MS = 8_000;
/** At the same time, by one visitor over one binding. */
const SIDE_BY_SIDE = 16;
const SCHEMES: Readonly<Record<string, BindingName>> = {
  https: "http",
  "coaps+tcp": "coap",
  coap: "coap",
  mqtts: "mqtt",
  mqtt: "mqtt",
};

/** Tries every operation of every form with the credentials of everybody. */
export async function runCredentials(options: CredentialOptions): Promise<CredentialRun> {
  const { secured, goesOn = (round) => round === 0, onProgress } = options;
  const things = await fetchThings(secured.site.attached);
  const doors = things.flatMap(({ id, td }) =>
    targetsOf(td)
      .filter(canBeTried)
      .map((target) => ({
        thing: id.slice(id.lastIndexOf(":") + 1),
        target,
        binding: SCHEMES[schemeOf(target.href)] ?? "http",
      })),
  );
  const tally = new Tally(doors);
  for (let round = 0; goesOn(round); round++) {
    for (const visitor of [...intruders(secured), ...knownUsers(secured)]) {
      onProgress(`${visitor.name}: ${tally.attempts} attempts so far`);
      await visit(visitor, options.choose?.(doors, visitor) ?? doors, secured, tally);
    }
  }
  return {
    checks: [...tally.checks(), ...descriptionChecks(things, secured)],
    figures: tally.figures,
  };
}

async function visit(
  visitor: Visitor,
  doors: readonly Door[],
  { ca }: SecuredSite,
  tally: Tally,
): Promise<void> {
  const servient = await startServient({
    name: "visitor",
    requestTimeoutMs: TIMEOUT_MS,
    tls: { ca },
  });
  try {
    await Promise.all(
      BINDING_NAMES.map((binding) =>
        visitBy(
          servient,
          visitor,
          doors.filter((door) => door.binding === binding),
          binding,
          tally,
        ),
      ),
    );
  } finally {
    await servient.stop();
  }
}

async function visitBy(
  { servient }: RunningServient,
  visitor: Visitor,
  doors: readonly Door[],
  binding: BindingName,
  tally: Tally,
): Promise<void> {
  const shown = visitor.shows[binding];
  if (!shown) return;
  const clients = new Map<string, ReturnType<typeof servient.getClientFor>>();
  const clientFor = (scheme: string) => {
    const known = clients.get(scheme);
    if (known) return known;
    const client = servient.getClientFor(scheme);
    client.setSecurity(shown.schemes, shown.credentials);
    clients.set(scheme, client);
    return client;
  };
  const queue = [...doors];
  const work = async (): Promise<void> => {
    for (let door = queue.shift(); door; door = queue.shift()) {
      const outcome = await attempt(clientFor(schemeOf(door.target.href)), door.target);
      tally.add(visitor, door, outcome);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
}

const NONE: Readonly<Record<Outcome, number>> = { done: 0, "let in": 0, refused: 0, "shut out": 0 };

/** What came of everything that was tried. */
class Tally {
  attempts = 0;
  readonly #doors: readonly Door[];
  readonly #unlawful = { ...NONE };
  readonly #lawful = { ...NONE };
  readonly #byBinding: Record<BindingName, number> = { http: 0, coap: 0, mqtt: 0 };
  readonly #wronglyLetIn: string[] = [];
  readonly #wronglyKeptOut: string[] = [];

  constructor(doors: readonly Door[]) {
    this.#doors = doors;
  }

  add(visitor: Visitor, door: Door, outcome: Outcome): void {
    const { thing, target, binding } = door;
    this.attempts++;
    this.#byBinding[binding]++;
    const wanted = wantedScopes(thing, target);
    const isLawful = !wanted || wanted.some((scope) => visitor.scopes.includes(scope));
    (isLawful ? this.#lawful : this.#unlawful)[outcome]++;
    const isIn = outcome === "done" || outcome === "let in";
    // An open Thing is no matter of credentials: a client that shows wrong ones may be sent away.
    if (isIn === isLawful || !wanted) return;
    const what = `${target.op} of ${thing} ${target.listed.of?.name ?? ""} over ${binding} with ${visitor.name}: ${outcome}`;
    (isLawful ? this.#wronglyKeptOut : this.#wronglyLetIn).push(what);
  }

  get figures(): CredentialFigures {
    return {
      doors: this.#doors.length,
      attempts: this.attempts,
      unlawful: this.#unlawful,
      lawful: this.#lawful,
      byBinding: this.#byBinding,
    };
  }

  checks(): SoakCheck[] {
    const first = (list: readonly string[]): string => list.slice(0, 5).join("; ");
    const letIn = this.#wronglyLetIn;
    const keptOut = this.#wronglyKeptOut;
    const unlawful = Object.values(this.#unlawful).reduce((sum, count) => sum + count, 0);
    return [
      {
        claim: "nobody does what the rules do not let them",
        holds: letIn.length === 0 && unlawful > 0,
        found: `${letIn.length} of ${unlawful} attempts were let in ${first(letIn)}`.trim(),
      },
      {
        claim: "everybody may do what the rules let them",
        holds: keptOut.length === 0 && this.#lawful.done > 0,
        found: `${keptOut.length} kept out, ${this.#lawful.done} done ${first(keptOut)}`.trim(),
      },
    ];
  }
}

function descriptionChecks(
  things: readonly { readonly id: string; readonly td: object }[],
  { secrets }: SecuredSite,
): SoakCheck[] {
  const texts = things.map(({ td }) => JSON.stringify(td)).join("\n");
  const shown = secrets.filter((secret) => texts.includes(secret));
  const plain = things
    .filter(({ id }) => !id.endsWith(":door"))
    .flatMap(({ td }) => targetsOf(td).map(({ href }) => href))
    .filter((href) => /^(coap|http|mqtt):/.test(href));
  return [
    {
      claim: "no description holds a secret",
      holds: shown.length === 0,
      found: `${shown.length} found`,
    },
    {
      claim: "no Thing with a scheme has a form in clear",
      holds: plain.length === 0,
      found: plain[0] ?? "none",
    },
  ];
}

/** Monotonic time until which a run goes on. */
export function untilMs(forMs: number): (round: number) => boolean {
  const endMs = systemClock.monotonicMs() + forMs;
  return (round) => round === 0 || systemClock.monotonicMs() < endMs;
}
