import { actionsOf, statusesOf, statusOf } from "../../actions";
import { encode } from "../../payload";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { answerType } from "../server/media-types";
import { type RawHeaders, sendEmpty, sendPayload } from "../server/respond";
import type { ActionRoute } from "./action";

/** What one invocation has come to: GET queries it, DELETE cancels it. */
export function invocationResource(route: ActionRoute, id: string): Resource {
  const { thing, name, url, gate, types } = route;
  const affordance = { kind: "actions", name } as const;
  const registry = actionsOf(thing);
  return resource({
    GET: async ({ request, response }) => {
      await gate.pass(request, "queryaction", affordance);
      const type = answerType(request, types);
      const status = statusOf(registry.find(name, id), `${url}/${id}`);
      sendPayload(response, 200, encode(status, type), NEVER_STORED);
    },
    DELETE: async ({ request, response }) => {
      await gate.pass(request, "cancelaction", affordance);
      registry.cancel(name, id);
      sendEmpty(response, 204);
    },
  });
}

/** What every invocation has come to, by action, newest first. */
export function allActionsResource(routes: readonly ActionRoute[]): Resource {
  return resource({ GET: (exchange) => answerAll(exchange, routes) });
}

async function answerAll(exchange: Exchange, routes: readonly ActionRoute[]): Promise<void> {
  const [first] = routes;
  if (!first) return;
  const { request, response } = exchange;
  const { thing, gate, types } = first;
  await gate.pass(request, "queryallactions");
  const type = answerType(request, types);
  const names = routes.map(({ name }) => name);
  const permitted = await gate.permitted(request, "queryaction", "actions", names);
  const urls = new Map(routes.map(({ name, url }) => [name, url]));
  const byAction = statusesOf(thing, permitted, ({ action, id }) => `${urls.get(action)}/${id}`);
  sendPayload(response, 200, encode(byAction, type), NEVER_STORED);
}

const NEVER_STORED: RawHeaders = ["Cache-Control", "no-store"];
