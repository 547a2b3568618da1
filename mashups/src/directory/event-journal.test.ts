import { expect, it } from "@jest/globals";
import { EventJournal } from "./event-journal";

function idsAfter(journal: EventJournal, eventId: string): string[] {
  const ids = [];
  const from = journal.numberOf(eventId);
  for (let event = journal.next(from); event; event = journal.next(event.number)) {
    ids.push(event.id);
  }
  return ids;
}

function tell(journal: EventJournal, ...ids: string[]) {
  const events = ids.map((id) => journal.add("thing_created", id));
  for (const event of events) journal.publish(event);
  return events.map((event) => journal.idOf(event));
}

it("gives who comes back exactly what was told since", () => {
  const journal = new EventJournal();
  const [a, , c] = tell(journal, "a", "b", "c");
  expect(idsAfter(journal, a as string)).toEqual(["b", "c"]);
  expect(idsAfter(journal, c as string)).toEqual([]);
});

it("keeps back what is not on disk yet", () => {
  const journal = new EventJournal();
  tell(journal, "a");
  const heard: string[] = [];
  journal.onEvent(({ id }) => heard.push(id));
  const event = journal.add("thing_deleted", "a");
  expect([journal.told, journal.next(1), heard]).toEqual([1, undefined, []]);
  journal.publish(event);
  expect([journal.told, journal.next(1), heard]).toEqual([2, event, ["a"]]);
});

it("gives all that is kept to an id of another life, of the future, or of nobody", () => {
  const journal = new EventJournal();
  const [first = ""] = tell(journal, "a", "b");
  const [life] = first.split("-");
  for (const strange of ["deadbeef-1", `${life}-99`, "event_1", `${life}-`, `${life}--1`]) {
    expect(idsAfter(journal, strange)).toEqual(["a", "b"]);
  }
});

it("lets go of the oldest beyond its limits, and of patches beyond measure at once", () => {
  const few = new EventJournal({ maxEvents: 10 });
  tell(few, ...Array.from({ length: 100 }, (_, i) => `${i}`));
  expect(few.events.length).toBeLessThanOrEqual(11);
  expect(few.events.at(-1)?.id).toBe("99");
  const small = new EventJournal({ maxPatchBytes: 1000 });
  for (let i = 0; i < 50; i++) small.add("thing_updated", `${i}`, { title: "x".repeat(80) });
  expect(small.events.length).toBeLessThanOrEqual(11);
  const event = small.add("thing_updated", "large", { title: "x".repeat(100_000) });
  expect(event.patch).toBeUndefined();
});
