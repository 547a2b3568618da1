import type { DataSchema } from "wot-typescript-definitions";
import { startAction, statusOf } from "../../actions";
import { type InteractionRequest, invokeAction } from "../../interaction";
import { encode, JSON_TYPE } from "../../payload";
import { parseUriVariables } from "../../uri-variables";
import type { FormIndexes } from "../forms";
import { readBody } from "../server/body";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { outputType } from "../server/media-types";
import { sendEmpty, sendPayload } from "../server/respond";
import type { ThingTarget } from "../server/thing-target";

export interface ActionRoute {
  readonly name: string;
  readonly forms: FormIndexes;
  /** Of the URI variables. */
  readonly schemas: Readonly<Record<string, DataSchema>> | undefined;
  readonly isAsync: boolean;
  /** Path below the Thing; the action's invocations live below it. */
  readonly suffix: string;
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/**
 * POST invokes. It is answered when the handler is done: 200 with its output, 204 without; where
 * the action is asynchronous, at once: 201 with where to ask what came of it.
 */
export function actionResource(route: ActionRoute): Resource<ThingTarget> {
  const { name, forms, schemas, isAsync, suffix, types, maxBodyBytes } = route;
  const affordance = { kind: "actions", name } as const;

  const post = async (
    { request, response, query }: Exchange,
    { thing, url, gate }: ThingTarget,
  ): Promise<void> => {
    const passing = gate.pass(request, "invokeaction", affordance);
    if (passing !== undefined) await passing;
    // Before the handler runs: afterwards it would be too late to refuse.
    const type = outputType(request, types);
    const input = await readBody(request, maxBodyBytes, types);
    const uriVariables = parseUriVariables(query, schemas);
    const formIndex = (isAsync || type === JSON_TYPE ? forms.json : forms.cbor) ?? 0;
    const asked: InteractionRequest = { formIndex, ...(uriVariables ? { uriVariables } : {}) };
    if (isAsync) {
      const invocation = startAction(thing, name, input, asked);
      const status = statusOf(invocation, `${url}${suffix}/${invocation.id}`);
      sendPayload(response, 201, encode(status, type), ["Location", status.href]);
      return;
    }
    const output = await invokeAction(thing, name, input, asked);
    if (output) sendPayload(response, 200, output);
    else sendEmpty(response, 204);
  };
  return resource({ POST: post });
}
