import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Content, Form } from "@node-wot/core";
import {
  InputError,
  InteractionError,
  InteractionTimeoutError,
  UnreachableError,
} from "../../../errors";
import { rejection } from "../../compliance";
import { toContent } from "../../payload";
import { CoapBindingClientFactory, type CoapClientOptions } from "..";
import {
  type Block,
  Code,
  decodeBlock,
  decodeUint,
  findOption,
  type Message,
  MessageType,
  NO_BYTES,
  OptionNumber,
  uintOption,
} from "../message";
import { RawPeer } from "../testing/raw-peer";

type Reply = (message: Partial<Message>) => void;

const textOf = async (content: Content): Promise<string> => (await content.toBuffer()).toString();
const optionOf = (message: Message, number: number): number | undefined => {
  const option = findOption(message.options, number);
  return option && decodeUint(option.value);
};
const blockOf = (message: Message, number: number): Block | undefined => {
  const option = findOption(message.options, number);
  return option && decodeBlock(option.value);
};

/** A piggybacked response to a request. */
function answer(request: Message, code: number, rest: Partial<Message> = {}): Partial<Message> {
  const { messageId, token } = request;
  return { type: MessageType.acknowledgement, code, messageId, token, ...rest };
}

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("the CoAP client", () => {
  let server: RawPeer;
  const factories: CoapBindingClientFactory[] = [];
  beforeEach(async () => {
    server = await RawPeer.server();
  });
  afterEach(async () => {
    for (const factory of factories.splice(0)) factory.destroy();
    await server[Symbol.asyncDispose]();
  });

  const form = (more: Partial<Form> = {}): Form => ({
    href: `coap://127.0.0.1:${server.port}/thing/value`,
    contentType: "application/json",
    op: ["readproperty"],
    ...more,
  });
  const factoryOf = (options: CoapClientOptions = {}): CoapBindingClientFactory => {
    const factory = new CoapBindingClientFactory({ timeoutMs: 10_000, ...options });
    factories.push(factory);
    return factory;
  };
  const serve = (handle: (message: Message, reply: Reply) => void): void => {
    server.onMessage = handle;
  };
  const json = (text: string) => toContent({ type: "application/json", body: Buffer.from(text) });

  it("sends a lost request again with the same message ID", async () => {
    serve((message, reply) => {
      if (server.received.length === 3)
        reply(answer(message, Code.content, { payload: Buffer.from("7") }));
    });
    const client = factoryOf({ transmission: { ackTimeoutMs: 20 } }).getClient();
    expect(await textOf(await client.readResource(form()))).toBe("7");
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it("gives up at the time-out and keeps nothing of the exchange", async () => {
    const factory = factoryOf({ timeoutMs: 60, transmission: { ackTimeoutMs: 10 } });
    const error = await rejection(factory.getClient().readResource(form()));
    expect(error).toBeInstanceOf(InteractionTimeoutError);
    expect((error as InteractionTimeoutError).timeoutMs).toBe(60);
    expect(factory.held).toEqual({ channels: 1, confirmables: 0, observations: 0 });
  });

  it("says at once that nobody listens, also the second time", async () => {
    const { port } = server;
    const gone = form({ href: `coap://127.0.0.1:${port}/x` });
    const client = factoryOf({ timeoutMs: 60_000 }).getClient();
    await server[Symbol.asyncDispose]();
    server = await RawPeer.server();
    for (let n = 0; n < 2; n++) {
      expect(await rejection(client.readResource(gone))).toBeInstanceOf(UnreachableError);
    }
  });

  it("takes an RST for a refusal to talk", async () => {
    serve((message, reply) => reply({ type: MessageType.reset, messageId: message.messageId }));
    const factory = factoryOf();
    for (const more of [{}, { "cov:confirmable": false }]) {
      const error = await rejection(factory.getClient().readResource(form(more)));
      expect(error).toBeInstanceOf(UnreachableError);
    }
  });

  it("rejects on every error code, with or without a problem document", async () => {
    const bodies = ["no such thing", '{"title":"Gone","status":404}', '{"title":', ""];
    serve((message, reply) => {
      reply(
        answer(message, Code.notFound, {
          payload: Buffer.from(bodies[server.received.length - 1] ?? ""),
        }),
      );
    });
    const client = factoryOf().getClient();
    const problems: unknown[] = [];
    for (const _ of bodies) {
      const error = (await rejection(client.readResource(form()))) as InteractionError;
      expect(error).toBeInstanceOf(InteractionError);
      expect(error.status).toBe(404);
      problems.push(error.problem?.title);
    }
    expect(problems).toEqual([undefined, "Gone", undefined, undefined]);
  });

  it("acknowledges a separate response and resets a later copy of it", async () => {
    let separate: Partial<Message> = {};
    serve((message, reply) => {
      if (message.code !== Code.get) return;
      reply({ type: MessageType.acknowledgement, messageId: message.messageId });
      separate = {
        code: Code.content,
        messageId: 999,
        token: message.token,
        payload: Buffer.from("1"),
      };
      reply(separate);
      reply(separate);
    });
    const client = factoryOf().getClient();
    await client.readResource(form());
    await server.next((m) => m.messageId === 999 && m.type === MessageType.acknowledgement);
    await server.next((m) => m.messageId === 999 && m.type === MessageType.reset);
  });

  it("ignores a response with another token and datagrams that are no messages", async () => {
    serve((message, reply) => {
      reply(
        answer(message, Code.content, { token: Buffer.from("other"), payload: Buffer.from("0") }),
      );
      // The ACK stopped the retransmission; the response comes by itself.
      reply({
        type: MessageType.nonConfirmable,
        code: Code.content,
        messageId: 5,
        token: message.token,
        payload: Buffer.from("1"),
      });
    });
    expect(await textOf(await factoryOf().getClient().readResource(form()))).toBe("1");
  });

  it("asks for what the form promises, in the way the form says", async () => {
    serve((message, reply) => {
      if (message.type === MessageType.confirmable) reply(answer(message, Code.content));
      else reply({ ...answer(message, Code.content), type: MessageType.nonConfirmable });
    });
    const client = factoryOf().getClient();
    await client.readResource(form());
    await client.readResource(form({ response: { contentType: "application/cbor" } }));
    await client.writeResource(
      form({
        "cov:method": "POST",
        "cov:accept": 0,
        "cov:contentFormat": 60,
        "cov:confirmable": false,
        "cov:hopLimit": 4,
        "cov:blockwise": { "cov:block2Size": 128 },
      }),
      json("1"),
    );
    await client.invokeResource(form());
    const response = { contentType: "application/vnd.example", "cov:contentFormat": 4711 };
    await client.readResource(
      form({ response, "cov:hopLimit": 256, "cov:qblockwise": { "cov:block2Size": 32 } }),
    );
    const seen = server.received.map((m) => [
      m.type,
      m.code,
      optionOf(m, OptionNumber.accept),
      optionOf(m, OptionNumber.contentFormat),
      optionOf(m, 16),
      blockOf(m, OptionNumber.block2)?.size,
    ]);
    expect(seen).toEqual([
      [0, Code.get, 50, undefined, undefined, undefined],
      [0, Code.get, 60, undefined, undefined, undefined],
      [1, Code.post, 0, 60, 4, 128],
      [0, Code.post, 50, undefined, undefined, undefined],
      [0, Code.get, 4711, undefined, undefined, 32],
    ]);
  });

  it("shares one socket among its clients, and takes a new one before message IDs repeat", async () => {
    serve((message, reply) => reply(answer(message, Code.content, { payload: Buffer.from("1") })));
    const shared = factoryOf();
    for (let n = 0; n < 5; n++) await shared.getClient().readResource(form());
    expect(shared.held.channels).toBe(1);
    const frugal = factoryOf({ maxMessagesPerSocket: 2 });
    const tokens: string[] = [];
    for (let n = 0; n < 6; n++) {
      await frugal.getClient().readResource(form());
      tokens.push((server.received.at(-1)?.token ?? NO_BYTES).toString("hex").slice(0, 8));
    }
    expect(new Set(tokens).size).toBe(3);
    expect(frugal.held.channels).toBeLessThanOrEqual(2);
  });

  it("fetches a Thing Description as td+json, or as JSON from a server that has only that", async () => {
    serve((message, reply) => {
      const isJson = optionOf(message, OptionNumber.accept) === 50;
      reply(
        answer(message, isJson ? Code.content : Code.notAcceptable, { payload: Buffer.from("{}") }),
      );
    });
    const td = await factoryOf().getClient().requestThingDescription(form().href);
    expect([td.type, await textOf(td)]).toEqual(["application/td+json", "{}"]);
  });

  it("refuses an href that is none, and a scheme that needs credentials", async () => {
    const client = factoryOf().getClient();
    for (const href of ["http://127.0.0.1/", "coap:", "nonsense"]) {
      expect(await rejection(client.readResource(form({ href })))).toBeInstanceOf(InputError);
    }
    expect(client.setSecurity([{ scheme: "nosec" }])).toBe(true);
    expect(client.setSecurity([{ scheme: "basic" }])).toBe(false);
  });

  it("fails what is under way when it is stopped, and anything after", async () => {
    const factory = factoryOf();
    const client = factory.getClient();
    const waiting = rejection(client.readResource(form()));
    await server.next(() => true);
    factory.destroy();
    expect(await waiting).toBeInstanceOf(UnreachableError);
    expect(await rejection(client.readResource(form()))).toBeInstanceOf(UnreachableError);
    expect(factory.held).toEqual({ channels: 0, confirmables: 0, observations: 0 });
  });

  it("carries the URL's path and query percent-free, and the host's name", async () => {
    serve((message, reply) => reply(answer(message, Code.content)));
    const href = `coap://localhost:${server.port}/gr%C3%B6%C3%9Fe/a%2Fb?x=1%262`;
    await factoryOf().getClient().readResource(form({ href }));
    const texts = server.received[0]?.options.map(({ number, value }) => [
      number,
      value.toString(),
    ]);
    expect(texts).toEqual([
      [OptionNumber.uriHost, "localhost"],
      [OptionNumber.uriPath, "größe"],
      [OptionNumber.uriPath, "a/b"],
      [OptionNumber.uriQuery, "x=1&2"],
      [OptionNumber.accept, uintOption(0, 50).value.toString()],
    ]);
  });
});
