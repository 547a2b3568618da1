import { Readable } from "node:stream";
import type { Aedes, AedesPublishPacket } from "aedes";

interface Level {
  readonly children: Map<string, Level>;
  packet: AedesPublishPacket | undefined;
}

/**
 * Retained messages in a tree of topic levels, so that a subscription costs what it matches and
 * not what the broker holds.
 */
export class RetainedStore {
  readonly #root: Level = createLevel();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(topic: string): boolean {
    let level: Level | undefined = this.#root;
    for (const name of topic.split("/")) level = level?.children.get(name);
    return level?.packet !== undefined;
  }

  /** Keeps a message; one with an empty payload deletes what was kept. */
  store(packet: AedesPublishPacket): void {
    const names = packet.topic.split("/");
    if (packet.payload.length === 0) {
      this.#delete(this.#root, names, 0);
      return;
    }
    let level = this.#root;
    for (const name of names) {
      const child = level.children.get(name) ?? createLevel();
      level.children.set(name, child);
      level = child;
    }
    if (!level.packet) this.#size++;
    level.packet = packet;
  }

  /** Every retained message that matches a filter (MQTT 3.1.1, 4.7). */
  match(filter: string): Generator<AedesPublishPacket> {
    return walk(this.#root, filter.split("/"), 0);
  }

  /** @returns whether the level is empty now */
  #delete(level: Level, names: readonly string[], depth: number): boolean {
    const name = names[depth];
    if (name === undefined) {
      if (level.packet) this.#size--;
      level.packet = undefined;
    } else {
      const child = level.children.get(name);
      if (child && this.#delete(child, names, depth + 1)) level.children.delete(name);
    }
    return level.packet === undefined && level.children.size === 0;
  }
}

/** Puts the store in the place of aedes' own, which tries every retained message for every filter. */
export function useRetainedStore(broker: Aedes, store: RetainedStore): void {
  const { persistence } = broker as unknown as {
    persistence: {
      storeRetained(packet: AedesPublishPacket): Promise<void>;
      createRetainedStreamCombi(filters: readonly string[]): Readable;
      createRetainedStream(filter: string): Readable;
    };
  };
  persistence.storeRetained = async (packet) => store.store({ ...packet });
  persistence.createRetainedStream = (filter) => Readable.from(store.match(filter));
  persistence.createRetainedStreamCombi = (filters) =>
    Readable.from(filters.flatMap((filter) => [...store.match(filter)]));
}

function* walk(
  level: Level,
  filter: readonly string[],
  depth: number,
): Generator<AedesPublishPacket> {
  const name = filter[depth];
  if (name === undefined) {
    if (level.packet) yield level.packet;
  } else if (name === "#") {
    yield* everything(level, depth === 0);
  } else if (name === "+") {
    for (const [child, below] of level.children) {
      if (!isReserved(child, depth)) yield* walk(below, filter, depth + 1);
    }
  } else {
    const below = level.children.get(name);
    if (below) yield* walk(below, filter, depth + 1);
  }
}

function* everything(level: Level, isRoot: boolean): Generator<AedesPublishPacket> {
  if (level.packet) yield level.packet;
  for (const [child, below] of level.children) {
    if (!isRoot || !isReserved(child, 0)) yield* everything(below, false);
  }
}

/** Topics of the broker's own match no wildcard at the first level (MQTT 3.1.1, 4.7.2). */
function isReserved(name: string, depth: number): boolean {
  return depth === 0 && name.startsWith("$");
}

function createLevel(): Level {
  return { children: new Map(), packet: undefined };
}
