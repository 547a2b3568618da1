import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Servient } from "@node-wot/core";
import { InputError, InteractionError, OperationNotAllowedError } from "../../errors";
import { rejection, until } from "../compliance";
import { HttpBindingClientFactory } from "../http";
import { ForeignServer } from "../http/testing/foreign-server";
import { ThingOperations } from "./thing-operations";

const FORM = { contentType: "application/json" };
const number = { type: "number", minimum: 0 };

describe("ThingOperations with foreign Things", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function consume(listener: RequestListener, more: (url: string) => object) {
    const server = await new ForeignServer(listener).start();
    const servient = new Servient();
    servient.addClientFactory(new HttpBindingClientFactory({ timeoutMs: 2000 }));
    cleanups.push(
      () => server.stop(),
      () => servient.shutdown(),
    );
    const wot = await servient.start();
    const one = (name: string) => ({ ...number, forms: [{ href: `${server.url}/${name}` }] });
    const thing = await wot.consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "Foreign",
      security: ["nosec_sc"],
      securityDefinitions: { nosec_sc: { scheme: "nosec" } },
      properties: { a: one("a"), b: one("b") },
      ...more(server.url),
    } as never);
    return { server, operations: new ThingOperations(thing) };
  }

  it("say which operation the Thing does not offer, before any request", async () => {
    const { server, operations } = await consume(
      (_, response) => response.end(),
      () => ({
        actions: { go: { forms: [{ href: "http://127.0.0.1:1/go", op: "queryaction" }] } },
      }),
    );
    const attempts = [
      operations.readAllProperties(),
      operations.readMultipleProperties(["a"]),
      operations.writeMultipleProperties({ a: 1 }),
      operations.observeAllProperties(() => undefined),
      operations.subscribeAllEvents(() => undefined),
      operations.queryAllActions(),
      operations.startAction("go"),
      operations.startAction("nosuch"),
    ];
    for (const attempt of attempts) {
      expect(await rejection(attempt)).toBeInstanceOf(OperationNotAllowedError);
    }
    expect(server.requests).toEqual([]);
  });

  it("fill the names into whatever variable the form has, or say that it has none", async () => {
    const forms = (url: string, template: string) => ({
      uriVariables: { fields: { type: "string" }, page: { type: "integer" } },
      forms: [{ ...FORM, op: ["readmultipleproperties"], href: `${url}${template}` }],
    });
    const answer: RequestListener = (_, response) => {
      response.setHeader("Content-Type", "application/json").end('{"a":1,"more":"x"}');
    };
    const { server, operations } = await consume(answer, (url) => forms(url, "/p{?fields*}"));
    // What is not described is accepted (TD 1.1, td-client-data-schema-accept-extras).
    expect(await operations.readMultipleProperties(["a", "b,%"])).toEqual({ a: 1, more: "x" });
    expect(server.requests[0]?.url).toBe("/p?fields=a%2Cb%252C%2525");
    for (const template of ["/p", "/p{?fields,page}"]) {
      const other = await consume(answer, (url) => forms(url, template));
      const error = await rejection(other.operations.readMultipleProperties(["a"]));
      expect(error).toBeInstanceOf(OperationNotAllowedError);
    }
  });

  it("do not believe values that are not what the description says", async () => {
    let body = "";
    const { operations } = await consume(
      (_, response) => response.setHeader("Content-Type", "application/json").end(body),
      (url) => ({ forms: [{ ...FORM, op: "readallproperties", href: url }] }),
    );
    for (const wrong of ['{"a":-1}', '{"a":"1"}', "[1]", "{", "null", ""]) {
      body = wrong;
      const error = (await rejection(operations.readAllProperties())) as InteractionError;
      expect([wrong, error.constructor, error.status]).toEqual([wrong, InteractionError, 502]);
    }
    body = '{"b":2}';
    expect(await operations.readAllProperties()).toEqual({ b: 2 });
  });

  it("write all properties only when all are given", async () => {
    const { server, operations } = await consume(
      (_, response) => response.writeHead(204).end(),
      (url) => ({ forms: [{ ...FORM, op: "writeallproperties", href: url }] }),
    );
    expect(await rejection(operations.writeAllProperties({ a: 1 }))).toBeInstanceOf(InputError);
    await operations.writeAllProperties({ a: 1, b: 2 });
    expect(server.requests).toHaveLength(1);
  });

  it("follow an action whose status names a relative URL, and stop waiting when told to", async () => {
    let status: object = { status: "running", href: "/runs/1" };
    const { server, operations } = await consume(
      ({ method }, response) => {
        response.setHeader("Content-Type", "application/json");
        if (method === "DELETE") response.writeHead(204).end();
        else response.writeHead(method === "POST" ? 201 : 200).end(JSON.stringify(status));
      },
      (url) => ({
        actions: {
          go: {
            output: number,
            synchronous: false,
            forms: [
              { ...FORM, op: "invokeaction", href: `${url}/go` },
              { ...FORM, op: ["queryaction"], href: `${url}/runs/{id}` },
              { ...FORM, op: ["cancelaction"], href: `${url}/runs/{id}` },
            ],
            uriVariables: { id: { type: "string" } },
          },
        },
      }),
    );
    const action = await operations.startAction("go");
    expect(action.status.href).toBe(`${server.url}/runs/1`);
    const enough = new AbortController();
    const waiting = rejection(action.completed(enough.signal));
    await until("a query", () => server.requests.length > 2);
    enough.abort(new InputError({ path: "", got: 1, wanted: "patience" }));
    expect(await waiting).toBeInstanceOf(InputError);
    await action.cancel();
    expect(server.requests.at(-1)).toMatchObject({ method: "DELETE", url: "/runs/1" });
    status = { status: "completed", href: "/runs/1", output: -5 };
    expect((await rejection(action.completed())) as InteractionError).toMatchObject({
      status: 502,
    });
    status = { status: "odd", href: "/runs/1" };
    expect((await rejection(action.query())) as InteractionError).toMatchObject({ status: 502 });
  });

  it("say that an action which answers with its output cannot be followed", async () => {
    const { operations } = await consume(
      (_, response) => response.setHeader("Content-Type", "application/json").end('{"done":true}'),
      (url) => ({ actions: { go: { forms: [{ ...FORM, op: "invokeaction", href: url }] } } }),
    );
    expect(await rejection(operations.startAction("go"))).toBeInstanceOf(OperationNotAllowedError);
  });
});
