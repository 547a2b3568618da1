/** Types of the notification API's events. @see W3C WoT Discovery, tdd-notification-event-types */
export const THING_EVENT_KINDS = ["thing_created", "thing_updated", "thing_deleted"] as const;

export type ThingEventKind = (typeof THING_EVENT_KINDS)[number];

/** Something that happened to a Thing Description of the directory. */
export interface ThingEvent {
  /** Counts up by one, from 1, over the whole life of the directory's file. */
  readonly number: number;
  readonly kind: ThingEventKind;
  readonly id: string;
  /** JSON text of the merge patch of a `thing_updated`, where it has one that is not too long. */
  readonly patch?: string;
}

export function isThingEvent(value: unknown): value is ThingEvent {
  const { number, kind, id, patch } = (value ?? {}) as Partial<Record<keyof ThingEvent, unknown>>;
  return (
    Number.isSafeInteger(number) &&
    THING_EVENT_KINDS.some((known) => known === kind) &&
    typeof id === "string" &&
    (patch === undefined || typeof patch === "string")
  );
}
