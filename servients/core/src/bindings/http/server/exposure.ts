import type { ExposedThing } from "@node-wot/core";
import { ConfigError } from "../../../errors";
import type { Logger } from "../../../log";
import { AffordanceFeed } from "../../feed";
import { addActionForm, addAllPropertiesForm, addEventForms, addPropertyForms } from "../forms";
import type { HttpSettings } from "../options";
import { actionResource } from "../routes/action";
import { allPropertiesResource } from "../routes/all-properties";
import { eventResource } from "../routes/event";
import { propertyResource } from "../routes/property";
import { thingResource } from "../routes/thing";
import { Channel } from "../sse/channel";
import type { Streams } from "../sse/streams";
import type { Router } from "./router";

export interface ExposureOptions {
  readonly thing: ExposedThing;
  /** Encoded path below the root, `/fog-wifi/wifi-1`. */
  readonly path: string;
  /** The same path as advertised. */
  readonly url: string;
  readonly router: Router;
  readonly streams: Streams;
  readonly settings: HttpSettings;
  readonly log: Logger;
}

/** One Thing as this server has it. */
export interface Exposure {
  readonly url: string;
  /** Ends its event streams. */
  close(): void;
}

/**
 * Gives every affordance its forms and its resource.
 * @throws ConfigError when the Thing asks for a security scheme this server cannot enforce
 */
export function exposeThing(options: ExposureOptions): Exposure {
  const { thing, path, url, router, settings } = options;
  refuseUnenforcedSecurity(thing);
  const channels: Channel[] = [];
  const { maxBodyBytes } = settings;
  const below = (kind: string, name: string): string => `/${kind}/${encodeURIComponent(name)}`;
  const channelOf = (kind: "properties" | "events", name: string, formIndex: number): Channel => {
    const channel = openChannel(options, kind, name, formIndex);
    channels.push(channel);
    return channel;
  };

  const readable = new Map<string, number>();
  for (const name of Object.keys(thing.properties)) {
    const suffix = below("properties", name);
    const forms = addPropertyForms(thing, name, url + suffix);
    if (forms.read !== undefined) readable.set(name, forms.read);
    const channel =
      forms.observe === undefined ? undefined : channelOf("properties", name, forms.observe);
    const route = { thing, name, forms, channel, maxBodyBytes };
    router.add(path + suffix, thing.id, propertyResource(route));
  }
  for (const name of Object.keys(thing.actions)) {
    const suffix = below("actions", name);
    const formIndex = addActionForm(thing, name, url + suffix);
    router.add(path + suffix, thing.id, actionResource({ thing, name, formIndex, maxBodyBytes }));
  }
  for (const name of Object.keys(thing.events)) {
    const suffix = below("events", name);
    const channel = channelOf("events", name, addEventForms(thing, name, url + suffix));
    router.add(path + suffix, thing.id, eventResource(channel));
  }
  if (readable.size > 0) {
    addAllPropertiesForm(thing, `${url}/properties`);
    router.add(`${path}/properties`, thing.id, allPropertiesResource(thing, readable));
  }
  router.add(path, thing.id, thingResource(thing));

  return {
    url,
    close() {
      for (const channel of channels) channel.close();
    },
  };
}

function openChannel(
  { thing, streams, settings, log }: ExposureOptions,
  kind: "properties" | "events",
  name: string,
  formIndex: number,
): Channel {
  const onError = (err: unknown): void => log.debug({ err, thing: thing.id, name }, "feed");
  const feed = new AffordanceFeed({ thing, kind, name, formIndex, onError });
  return new Channel(feed, name, streams, settings);
}

/** To serve a Thing openly whose description promises credentials would be a lie. */
function refuseUnenforcedSecurity(thing: ExposedThing): void {
  const definitions = thing.securityDefinitions as Record<string, { scheme: string } | undefined>;
  for (const name of [thing.security].flat().filter((entry) => entry !== "")) {
    const scheme = definitions[name]?.scheme;
    if (scheme === "nosec") continue;
    throw new ConfigError(`Thing ${thing.id}`, [
      { path: "/security", got: scheme ?? name, wanted: "nosec: HTTP enforces no scheme yet" },
    ]);
  }
}
