import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Content, Form } from "@node-wot/core";
import type { FogwotError } from "../../../errors";
import { rejection } from "../../compliance";
import { toContent } from "../../payload";
import { CoapBindingClientFactory, type CoapClientOptions } from "..";
import {
  type Block,
  blockOption,
  Code,
  decodeBlock,
  decodeUint,
  findOption,
  type Message,
  MessageType,
  NO_BYTES,
  OptionNumber,
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

describe("block-wise transfers of the CoAP client", () => {
  let server: RawPeer;
  const factories: CoapBindingClientFactory[] = [];
  beforeEach(async () => {
    server = await RawPeer.server();
  });
  afterEach(async () => {
    for (const factory of factories.splice(0)) factory.destroy();
    await server[Symbol.asyncDispose]();
  });

  const form = (): Form => ({
    href: `coap://127.0.0.1:${server.port}/thing/value`,
    contentType: "application/json",
    op: ["readproperty"],
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

  it("uploads in blocks, smaller ones when the server wants so", async () => {
    const body = Buffer.from(JSON.stringify("z".repeat(2_000)));
    const parts: Buffer[] = [];
    serve((message, reply) => {
      const block = blockOf(message, OptionNumber.block1);
      if (!block) return;
      if (block.number === 0 && block.size === 1024 && parts.length === 0) {
        const smaller = blockOption(OptionNumber.block1, { number: 0, more: true, size: 512 });
        reply(answer(message, Code.requestEntityTooLarge, { options: [smaller] }));
        parts.push(NO_BYTES);
        return;
      }
      parts.push(Buffer.from(message.payload));
      const size = 256;
      const back = blockOption(OptionNumber.block1, { ...block, size });
      reply(answer(message, block.more ? Code.continue : Code.changed, { options: [back] }));
    });
    await factoryOf().getClient().writeResource(form(), json(body.toString()));
    expect(Buffer.concat(parts)).toEqual(body);
    expect(parts.map((part) => part.length)).toEqual([0, 512, 256, 256, 256, 256, 256, 210]);
    const tags = server.received.map((m) => optionOf(m, OptionNumber.requestTag));
    expect(new Set(tags).size).toBe(1);
    expect(tags[0]).toBeDefined();
  });

  describe("downloading in blocks", () => {
    /** Serves 3 blocks of 16 bytes; the entity tag changes after the first `changes` requests. */
    const serveChanging = (changes: number): void => {
      let requests = 0;
      serve((message, reply) => {
        const number = blockOf(message, OptionNumber.block2)?.number ?? 0;
        const version = requests++ < changes ? requests : 0;
        const block = blockOption(OptionNumber.block2, { number, more: number < 2, size: 16 });
        const etag = { number: OptionNumber.etag, value: Buffer.of(version) };
        reply(
          answer(message, Code.content, {
            options: [etag, block],
            payload: Buffer.alloc(16, 97 + number),
          }),
        );
      });
    };

    it("starts anew when the value changes in between", async () => {
      serveChanging(3);
      const text = await textOf(await factoryOf().getClient().readResource(form()));
      expect(text).toBe("a".repeat(16) + "b".repeat(16) + "c".repeat(16));
    });

    it("gives up on a value that never stops changing, and on an action's changed output", async () => {
      serveChanging(1_000);
      const client = factoryOf().getClient();
      for (const work of ["readResource", "invokeResource"] as const) {
        const error = await rejection(client[work](form()));
        expect((error as FogwotError).status).toBe(409);
      }
    });

    it("refuses more than it may hold", async () => {
      serveChanging(0);
      const client = factoryOf({ maxPayloadBytes: 40 }).getClient();
      expect(((await rejection(client.readResource(form()))) as FogwotError).status).toBe(413);
    });
  });
});
