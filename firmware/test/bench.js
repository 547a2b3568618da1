"use strict";
/** A running board and a UDP client for it, for the process tests. Plain Node.js. */
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const dgram = require("node:dgram");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { crc16 } = require("./seal.js");

/** How long any one thing may take on a busy machine; a time-out is a failure, never a pace. */
const DEADLINE_MS = 15_000;

function within(promise, what, ms = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TypeError(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Starts a board; `line()` gives the next line of its standard output, `exited` its code and signal. */
function startBoard(executable, options = []) {
  const child = spawn(executable, ["--type", "climate-dht11", ...options], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines = [];
  const waiting = [];
  readline.createInterface({ input: child.stdout }).on("line", (line) => {
    const next = waiting.shift();
    if (next) next(line);
    else lines.push(line);
  });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  child.stdin.on("error", () => {}); // EPIPE when the board is gone: `exited` tells
  const exited = new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  const line = () =>
    lines.length > 0
      ? Promise.resolve(lines.shift())
      : within(new Promise((resolve) => waiting.push(resolve)), "a line of the board");
  return {
    child,
    line,
    exited: () => within(exited, "the board's end"),
    async port() {
      return Number(JSON.parse(await line()).udp.split(":")[1]);
    },
    async stop() {
      child.kill("SIGTERM");
      return within(exited, "the board's end");
    },
  };
}

/** A socket to one board: `send` bytes, `receive` the next datagram, `ask` both. */
async function openClient(port) {
  const socket = dgram.createSocket("udp4");
  const received = [];
  const waiting = [];
  socket.on("message", (message) => {
    const next = waiting.shift();
    if (next) next(message);
    else received.push(message);
  });
  await new Promise((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const send = (bytes) =>
    new Promise((resolve, reject) => {
      socket.send(bytes, port, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
    });
  const receive = (ms) => {
    if (received.length > 0) return Promise.resolve(received.shift());
    let waiter;
    const arrived = new Promise((resolve) => {
      waiter = resolve;
      waiting.push(waiter);
    });
    return within(arrived, "a datagram of the board", ms).finally(() => {
      const at = waiting.indexOf(waiter);
      if (at >= 0) waiting.splice(at, 1);
    });
  };
  const ask = async (bytes) => {
    await send(bytes);
    return receive();
  };
  return { send, receive, ask, pending: () => received.length, close: () => socket.close() };
}

/** `run(options, use)`: runs `use` with a client of a fresh board and ends both; the board must end with 0. */
function boardRunner(executable) {
  return async (options, use) => {
    const board = startBoard(executable, options);
    const port = await board.port();
    const client = await openClient(port);
    try {
      await use(client, board, port);
    } finally {
      client.close();
      const { code, stderr } = await board.stop();
      assert.equal(code, 0, stderr);
    }
  };
}

function frame(type, sequence, body = []) {
  const bytes = Buffer.alloc(10 + body.length);
  bytes.set([0xf0, 1, type, 0, sequence & 0xff, sequence >> 8, body.length, 0, ...body]);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, -2)), bytes.length - 2);
  return bytes;
}

const query = (sequence) => frame(1, sequence);

function set(sequence, parameter, value) {
  const body = Buffer.alloc(5);
  body[0] = parameter;
  body.writeInt32LE(value, 1);
  return frame(3, sequence, [...body]);
}

/** The fields of a board's datagram; `ok: false` if its checksum is wrong. */
function parse(bytes) {
  const parsed = {
    ok: crc16(bytes.subarray(0, -2)) === bytes.readUInt16LE(bytes.length - 2),
    type: bytes[2],
    sequence: bytes.readUInt16LE(4),
  };
  if (parsed.type === 6) return { ...parsed, code: bytes[8] };
  if (parsed.type !== 2 && parsed.type !== 5) return parsed;
  const values = {};
  for (let at = 17; at < bytes.length - 2; at += 5) values[bytes[at]] = bytes.readInt32LE(at + 1);
  return { ...parsed, uptimeMs: bytes.readUInt32LE(8), ageMs: bytes.readUInt32LE(12), values };
}

/** Vectors of one file in test/vectors. */
function vectors(file) {
  const text = fs.readFileSync(path.join(__dirname, "vectors", `${file}.json`), "utf8");
  return JSON.parse(text).vectors;
}

module.exports = { startBoard, openClient, boardRunner, frame, query, set, parse, vectors, within };
