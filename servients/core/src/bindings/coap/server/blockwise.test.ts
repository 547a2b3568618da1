import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  type Block,
  blockOption,
  Code,
  codeText,
  decodeBlock,
  decodeUint,
  findOption,
  type Message,
  type Option,
  OptionNumber,
  uriOptions,
} from "../message";
import { type Demo, startDemo } from "../testing/demo";
import { get, RawPeer } from "../testing/raw-peer";

const STATE = "/demo/properties/state";

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("block-wise transfers", () => {
  let demo: Demo;
  let peer: RawPeer;
  beforeAll(async () => {
    demo = await startDemo({ maxPayloadBytes: 4_096 });
    peer = await RawPeer.client(demo.port);
  });
  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });

  const block1 = (number: number, more: boolean, size = 64): Option =>
    blockOption(OptionNumber.block1, { number, more, size });
  const block2 = (number: number, size: number): Option =>
    blockOption(OptionNumber.block2, { number, more: false, size });
  const blockOf = (message: Message): Block | undefined => {
    const option = findOption(message.options, OptionNumber.block2);
    return option && decodeBlock(option.value);
  };
  const put = (block: Option, payload: Buffer, extra: Option[] = []): Promise<Message> =>
    peer.request({ code: Code.put, options: [...uriOptions(STATE, ""), block, ...extra], payload });

  it("sends a value larger than a datagram in blocks of one state", async () => {
    const value = "v".repeat(3_000);
    await demo.setState(value);
    const first = await peer.request(get(STATE));
    expect(blockOf(first)).toEqual({ number: 0, more: true, size: 1024 });
    const size2 = findOption(first.options, OptionNumber.size2);
    expect(size2 && decodeUint(size2.value)).toBe(3_002);
    await demo.setState("changed meanwhile");
    const parts = [first.payload];
    for (const number of [1, 2]) {
      parts.push((await peer.request(get(STATE, [block2(number, 1024)]))).payload);
    }
    expect(Buffer.concat(parts).toString()).toBe(`"${value}"`);
    expect(codeText((await peer.request(get(STATE, [block2(9, 1024)]))).code)).toBe("4.02");
  });

  it("keeps to the smaller blocks a client asks for", async () => {
    await demo.setState("w".repeat(100));
    const first = await peer.request(get(STATE, [block2(0, 16)]));
    expect([first.payload.length, blockOf(first)]).toEqual([
      16,
      { number: 0, more: true, size: 16 },
    ]);
    const last = await peer.request(get(STATE, [block2(6, 16)]));
    expect([last.payload.toString(), blockOf(last)?.more]).toEqual(['wwwww"', false]);
  });

  it("puts an upload together whatever its tokens", async () => {
    const text = JSON.stringify("u".repeat(150));
    const bytes = Buffer.from(text);
    const codes: string[] = [];
    for (const number of [0, 1, 2]) {
      const answer = await put(
        block1(number, number < 2),
        bytes.subarray(number * 64, (number + 1) * 64),
      );
      codes.push(codeText(answer.code));
    }
    expect(codes).toEqual(["2.31", "2.31", "2.04"]);
    expect((await peer.request(get(STATE))).payload.toString()).toBe(text);
    expect(demo.server.held.bytes).toBeLessThan(10_000);
  });

  it("says 4.08 when a block is missing and forgets the upload", async () => {
    const block = Buffer.alloc(64, 0x20);
    expect(codeText((await put(block1(0, true), block)).code)).toBe("2.31");
    expect(codeText((await put(block1(2, true), block)).code)).toBe("4.08");
    expect(codeText((await put(block1(1, false), block)).code)).toBe("4.08");
  });

  it("says 4.13 and how much would do when an upload grows too large", async () => {
    const block = Buffer.alloc(1024, 0x20);
    for (const number of [0, 1, 2, 3]) {
      expect(codeText((await put(block1(number, true, 1024), block)).code)).toBe("2.31");
    }
    const refused = await put(block1(4, true, 1024), block);
    const size1 = findOption(refused.options, OptionNumber.size1);
    expect([codeText(refused.code), size1 && decodeUint(size1.value)]).toEqual(["4.13", 4_096]);
  });

  it("keeps uploads with different Request-Tags apart", async () => {
    const tag = (n: number): Option[] => [{ number: OptionNumber.requestTag, value: Buffer.of(n) }];
    const half = (text: string, number: number): Buffer =>
      Buffer.from(JSON.stringify(text.repeat(100))).subarray(number * 64, (number + 1) * 64);
    await put(block1(0, true), half("a", 0), tag(1));
    await put(block1(0, true), half("b", 0), tag(2));
    expect(codeText((await put(block1(1, false), half("a", 1), tag(1))).code)).toBe("2.04");
    expect((await peer.request(get(STATE))).payload.toString()).toBe(`"${"a".repeat(100)}"`);
    expect(codeText((await put(block1(1, false), half("b", 1), tag(2))).code)).toBe("2.04");
    expect((await peer.request(get(STATE))).payload.toString()).toBe(`"${"b".repeat(100)}"`);
  });

  it("does not invoke an action again for the second block of its output", async () => {
    const before = demo.invocations;
    const options = uriOptions("/demo/actions/large", "");
    const first = await peer.request({ code: Code.post, options });
    expect(blockOf(first)?.more).toBe(true);
    const second = await peer.request({ code: Code.post, options: [...options, block2(1, 1024)] });
    expect(blockOf(second)).toEqual({ number: 1, more: true, size: 1024 });
    expect(demo.invocations).toBe(before + 1);
    const stranger = await RawPeer.client(demo.port);
    const refused = await stranger.request({
      code: Code.post,
      options: [...options, block2(1, 1024)],
    });
    expect(codeText(refused.code)).toBe("4.00");
    expect(demo.invocations).toBe(before + 1);
    await stranger[Symbol.asyncDispose]();
  });
});
