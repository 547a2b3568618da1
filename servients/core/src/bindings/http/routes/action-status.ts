import { actionsOf, statusesOf, statusOf } from "../../actions";
import { encode } from "../../payload";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { answerType } from "../server/media-types";
import { type RawHeaders, sendEmpty, sendPayload } from "../server/respond";
import type { ThingTarget } from "../server/thing-target";
import type { ActionRoute } from "./action";

/** What one invocation has come to: GET queries it, DELETE cancels it. */
export function invocationResource(route: ActionRoute, id: string): Resource<ThingTarget> {
  const { name, suffix, types } = route;
  const affordance = { kind: "actions", name } as const;
  return resource({
    GET: async ({ request, response }, { thing, url, gate }) => {
      await gate.pass(request, "queryaction", affordance);
      const type = answerType(request, types);
      const status = statusOf(actionsOf(thing).find(name, id), `${url}${suffix}/${id}`);
      sendPayload(response, 200, encode(status, type), NEVER_STORED);
    },
    DELETE: async ({ request, response }, { thing, gate }) => {
      await gate.pass(request, "cancelaction", affordance);
      actionsOf(thing).cancel(name, id);
      sendEmpty(response, 204);
    },
  });
}

/** What every invocation has come to, by action, newest first. */
export function allActionsResource(routes: readonly ActionRoute[]): Resource<ThingTarget> {
  return resource({ GET: (exchange, target) => answerAll(exchange, target, routes) });
}

async function answerAll(
  { request, response }: Exchange,
  { thing, url, gate }: ThingTarget,
  routes: readonly ActionRoute[],
): Promise<void> {
  const [first] = routes;
  if (!first) return;
  const { types } = first;
  await gate.pass(request, "queryallactions");
  const type = answerType(request, types);
  const names = routes.map(({ name }) => name);
  const permitted = await gate.permitted(request, "queryaction", "actions", names);
  const urls = new Map(routes.map(({ name, suffix }) => [name, url + suffix]));
  const byAction = statusesOf(thing, permitted, ({ action, id }) => `${urls.get(action)}/${id}`);
  sendPayload(response, 200, encode(byAction, type), NEVER_STORED);
}

const NEVER_STORED: RawHeaders = ["Cache-Control", "no-store"];
