import type { Content, ContentListener } from "@node-wot/core";
import { ContentSerdes } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import type { EmissionListener, NotifyingKind } from "../../bindings/emissions";
import { JSON_TYPE } from "../../bindings/payload";

interface Entry {
  readonly kind: NotifyingKind;
  readonly name: string;
  readonly type: string;
  readonly listener: ContentListener;
}

/** Who hears what a Thing says. Nobody listens to most affordances: they cost nothing then. */
export class Listeners {
  #entries: Entry[] = [];
  #all: readonly EmissionListener[] = [];

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** @returns whether it was there */
  remove(kind: NotifyingKind, name: string, listener: ContentListener): boolean {
    const at = this.#entries.findIndex(
      (one) => one.listener === listener && one.name === name && one.kind === kind,
    );
    if (at >= 0) this.#entries.splice(at, 1);
    return at >= 0;
  }

  /** Hears every affordance, in JSON. @returns stops it; idempotent */
  addForAll(listener: EmissionListener): () => void {
    this.#all = [...this.#all, listener];
    return () => {
      this.#all = this.#all.filter((one) => one !== listener);
    };
  }

  clear(): void {
    this.#entries = [];
    this.#all = [];
  }

  /** Tells those who listen to an affordance, each in the media type of its form. */
  notify(
    kind: NotifyingKind,
    name: string,
    value: WoT.InteractionInput | undefined,
    schema: WoT.DataSchema | undefined,
  ): void {
    const contents = new Map<string, Content>();
    const contentOf = (type: string): Content => {
      const known = contents.get(type);
      if (known) return known;
      const made = ContentSerdes.get().valueToContent(value as never, schema as never, type);
      contents.set(type, made);
      return made;
    };
    for (const one of this.#all) one(kind, name, contentOf(JSON_TYPE));
    // A listener may go while it is told.
    for (const one of this.#entries.filter((entry) => entry.kind === kind && entry.name === name)) {
      one.listener(contentOf(one.type));
    }
  }
}
