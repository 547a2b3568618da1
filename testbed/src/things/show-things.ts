import { bindingsOf, NotFoundError } from "@fogwot/core";
import type { Output } from "../cli/output";
import { useSite } from "../site-run/use-site";
import { fetchThings, type SiteThing } from "./thing-descriptions";

export interface ShowThingsOptions {
  readonly siteFile: string;
  readonly ephemeral: boolean;
  /** Print one Thing Description instead of the list. */
  readonly td?: string;
}

/** Prints the Things of a site. @throws NotFoundError when the one asked for is none of them */
export function showThings(
  options: ShowThingsOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { siteFile, ephemeral, td } = options;
  return useSite({ siteFile, ephemeral, signal, onProgress: output.progress }, async (site) => {
    const things = await fetchThings(site);
    output.endProgress();
    if (td === undefined) {
      for (const line of thingLines(things)) output.line(line);
      output.result({ things: things.map(summary) });
      return;
    }
    const found = things.find(({ id }) => id === td || id.endsWith(`:${td}`));
    if (!found) throw new NotFoundError(`Thing ${td} (there are ${ids(things)})`);
    output.line(JSON.stringify(found.td, null, 2));
    output.result(found.td);
  });
}

function thingLines(things: readonly SiteThing[]): string[] {
  return things.flatMap((thing) => {
    const { properties, actions, events } = summary(thing);
    return [
      `${thing.title}   ${thing.kind}${thing.wsn ? `, ${thing.wsn}` : ""}   ${bindingsOf(thing.td).join(" ")}`,
      `  ${thing.id}   ${thing.tdUrl}`,
      `  properties ${properties.join(" ")}`,
      `  actions    ${actions.join(" ")}`,
      `  events     ${events.join(" ")}`,
      "",
    ];
  });
}

function summary(thing: SiteThing) {
  const { td, ...facts } = thing;
  return {
    ...facts,
    bindings: bindingsOf(td),
    properties: Object.keys(td.properties ?? {}),
    actions: Object.keys(td.actions ?? {}),
    events: Object.keys(td.events ?? {}),
  };
}

function ids(things: readonly SiteThing[]): string {
  return things.map(({ id }) => id).join(", ");
}
