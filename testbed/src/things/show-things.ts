import { bindingsOf, NotFoundError } from "@fogwot/core";
import type { Output } from "../cli/output";
import { type UsedSite, useSite } from "../site-run/use-site";
import { qrCode } from "./qr-code";
import { fetchThings, type SiteThing } from "./thing-descriptions";

export interface ShowThingsOptions {
  readonly siteFile: string;
  readonly ephemeral: boolean;
  /** Print one Thing Description instead of the list. */
  readonly td?: string;
  /** Print a QR code of one Thing, or of the `directory`. */
  readonly qr?: string;
}

/** Prints the Things of a site. @throws NotFoundError when the one asked for is none of them */
export function showThings(
  options: ShowThingsOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { siteFile, ephemeral, td, qr } = options;
  return useSite({ siteFile, ephemeral, signal, onProgress: output.progress }, async (site) => {
    const things = await fetchThings(site);
    output.endProgress();
    if (qr !== undefined) {
      const url = qr === "directory" ? directoryOf(site) : find(things, qr).tdUrl;
      output.line(await qrCode(url, output.isTerminal));
      output.line(url);
      output.result({ url });
      return;
    }
    if (td === undefined) {
      for (const line of thingLines(things)) output.line(line);
      output.result({ things: things.map(summary) });
      return;
    }
    const { td: description } = find(things, td);
    output.line(JSON.stringify(description, null, 2));
    output.result(description);
  });
}

/** @throws NotFoundError */
function find(things: readonly SiteThing[], name: string): SiteThing {
  const found = things.find(({ id }) => id === name || id.endsWith(`:${name}`));
  if (found) return found;
  throw new NotFoundError(`Thing ${name} (there are ${ids(things)})`);
}

/** @throws NotFoundError */
function directoryOf({ info: { server } }: UsedSite): string {
  if (server) return `${server.url}/.well-known/wot`;
  throw new NotFoundError("a directory of this site on this machine");
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
