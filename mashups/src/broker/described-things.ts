import type { DescribedForms, SiteTopics } from "@fogwot/core";

/** Things whose descriptions are kept: what a site has at the most. */
const MAX_THINGS = 20_000;

/** What the site's fog nodes have said of their Things, in the retained descriptions. */
export class DescribedThings {
  readonly #topics: SiteTopics;
  readonly #things = new Map<string, DescribedForms>();

  constructor(topics: SiteTopics) {
    this.#topics = topics;
  }

  get(base: string): DescribedForms | undefined {
    return this.#things.get(base);
  }

  /** @param payload of a retained message that was permitted; empty, it takes the Thing away */
  learn(topic: string, payload: Buffer): void {
    if (this.#topics.thingAt(topic) === undefined) return;
    const described = payload.length === 0 ? undefined : parsed(payload);
    if (!described) this.#things.delete(topic);
    else if (this.#things.size < MAX_THINGS) this.#things.set(topic, described);
  }
}

/** Only what permissions need: descriptions are large. */
function parsed(payload: Buffer): DescribedForms | undefined {
  try {
    const { properties, actions, forms } = JSON.parse(payload.toString("utf8")) as DescribedForms;
    return {
      properties: mapped(properties, ({ readOnly, writeOnly }) => ({
        ...(readOnly ? { readOnly } : {}),
        ...(writeOnly ? { writeOnly } : {}),
      })),
      actions: mapped(actions, ({ synchronous }) =>
        synchronous === undefined ? {} : { synchronous },
      ),
      forms: forms?.filter(({ op }) => [op].flat().includes("readmultipleproperties")) ?? [],
    };
  } catch {
    // A topic like a Thing's with something else on it.
    return undefined;
  }
}

function mapped<T, R>(
  members: Readonly<Record<string, T | undefined>> | undefined,
  work: (member: T) => R,
): Record<string, R> {
  const entries = Object.entries(members ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, member]) => (member === undefined ? [] : [[name, work(member)]])),
  );
}
