import type { ExposedThing } from "@node-wot/core";
import { invokeAction } from "../../interaction";
import { JSON_TYPE } from "../../payload";
import { parseUriVariables, uriVariableSchemas } from "../../uri-variables";
import { readBody } from "../server/body";
import { type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";

export interface ActionRoute {
  readonly thing: ExposedThing;
  readonly name: string;
  readonly formIndex: number;
  readonly maxBodyBytes: number;
}

/** POST invokes and answers when the handler is done: 200 with its output, 204 without. */
export function actionResource({ thing, name, formIndex, maxBodyBytes }: ActionRoute): Resource {
  const schemas = uriVariableSchemas(thing, thing.actions[name] ?? {});
  return resource({
    POST: async ({ request, response, query }) => {
      const { accept } = request.headers;
      // Before the handler runs: afterwards it would be too late to refuse.
      if (!acceptsJson(accept)) negotiate(accept, [JSON_TYPE]);
      const input = await readBody(request, maxBodyBytes);
      const uriVariables = parseUriVariables(query, schemas);
      const output = await invokeAction(thing, name, input, {
        formIndex,
        ...(uriVariables ? { uriVariables } : {}),
      });
      if (output) sendPayload(response, 200, output);
      else sendEmpty(response, 204);
    },
  });
}
