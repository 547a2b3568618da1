import type { RoutedRequest } from "../request";
import type { ThingEntry } from "../thing-entry";
import type { Route, Things } from "../things";
import { answerAction } from "./action";
import { describeThing, listLinks, listThings } from "./discovery";
import { answerEvent } from "./event";
import { answerInvocation, answerInvocations } from "./invocations";
import type { Observing } from "./observing";
import { answerProperties } from "./properties";
import { answerProperty } from "./property";
import type { Outcome } from "./represent";
import { answerWholeFeed } from "./whole-feed";

export { Observing } from "./observing";
export type { Outcome } from "./represent";

export interface ResourcesOptions {
  readonly things: Things;
  readonly observing: Observing;
  /** Media types of values, preferred one first. */
  readonly types: readonly string[];
}

/** The operations of WoT on the paths and methods of CoAP. */
export class Resources {
  readonly #options: ResourcesOptions;

  constructor(options: ResourcesOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError */
  route(path: readonly string[]): Route {
    return this.#options.things.route(path);
  }

  /** @throws FogwotError with the status that the response's code is made of */
  answer(route: Route, request: RoutedRequest): Outcome | Promise<Outcome> {
    const { things, observing, types } = this.#options;
    switch (route.kind) {
      case "root":
        return { response: listThings(things.all(), request) };
      case "core":
        return { response: listLinks(things.all(), request) };
      case "description":
        return { response: describeThing(route.entry, request) };
      case "whole":
        return this.#answerWhole(route.folder, route.entry, request);
      case "invocation":
        return answerInvocation(route, request, types);
      case "properties":
        return answerProperty(route, request, types, observing);
      case "actions":
        return answerAction(route, request, types);
      case "events":
        return answerEvent(route, request, types, observing);
    }
  }

  #answerWhole(
    folder: "properties" | "actions" | "events",
    entry: ThingEntry,
    request: RoutedRequest,
  ): Outcome | Promise<Outcome> {
    const { observing, types } = this.#options;
    switch (folder) {
      case "properties":
        return answerProperties(entry, request, types, observing);
      case "actions":
        return answerInvocations(entry, request, types);
      case "events":
        return answerWholeFeed(entry, "events", request, types, observing);
    }
  }
}
