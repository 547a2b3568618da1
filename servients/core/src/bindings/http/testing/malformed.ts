import { createRng, type Rng } from "../../../random";
import { rawExchange } from "./raw";

/** Paths of the Thing the malformed requests aim at. */
export interface Targets {
  readonly property: string;
  readonly action: string;
}

type Generator = (rng: Rng, targets: Targets) => string | Buffer;

const request = (method: string, path: string, headers: string, body = ""): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`;

const sized = (method: string, path: string, body: string, type = "application/json"): string =>
  request(
    method,
    path,
    `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`,
    body,
  );

/** The set of all properties, where one of them was meant. */
const setOf = (property: string): string => property.slice(0, property.lastIndexOf("/"));

function noise(rng: Rng, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => rng.int(256)));
}

/** Each gives a message the server has to refuse and count as malformed. */
const GENERATORS: readonly Generator[] = [
  // Not HTTP. A first byte that no method begins with, so that the parser cannot wait for more.
  (rng) => Buffer.concat([Buffer.from([0x80]), noise(rng, 1 + rng.int(200))]),
  () => "GET / HTTP/9.9\r\n\r\n",
  () => "get / HTTP/1.1\r\n\r\n",
  (rng) => `BREW ${rng.int(100)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  (_, { property }) => `GET ${property} HTTP/1.1\r\nHost : x\r\n\r\n`,
  (_, { property }) => `GET ${property} HTTP/1.1\r\nHost: x\r\nA\u0000: 1\r\n\r\n`,
  // HTTP with a header that contradicts itself.
  (_, { property }) => `PUT ${property} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`,
  (_, { property }) =>
    `PUT ${property} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  (_, { property }) =>
    `PUT ${property} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
  (rng, { property }) =>
    `PUT ${property} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZ${rng.int(9)}\r\n`,
  (_, { property }) => `GET ${property} HTTP/1.1\r\nConnection: close\r\n\r\n`,
  (rng, { property }) =>
    request("GET", property, `X-Long: ${"a".repeat(20_000 + rng.int(9000))}\r\n`),
  (_, { property }) => request("GET", property, "Expect: 200-maybe\r\n"),
  (_, { property }) => request("GET", `${property}%zz`, ""),
  // A well-formed request whose payload is not.
  (rng, { property }) => sized("PUT", property, `{"a":${rng.int(1000)}`),
  (_, { property }) => sized("PUT", property, "\u0000\u0001"),
  (rng, { property }) => sized("PUT", property, JSON.stringify({ level: rng.int(100) })),
  (rng, { property }) => sized("PUT", property, String(101 + rng.int(1_000_000))),
  (_, { property }) => sized("PUT", property, ""),
  (_, { property }) => sized("PUT", property, "<level>1</level>", "application/xml"),
  (_, { property }) => sized("PUT", property, "1", "application/json; charset=utf-16"),
  (rng, { action }) => sized("POST", action, `${"[".repeat(1 + rng.int(500))}`),
  (rng, { action }) => sized("POST", action, JSON.stringify(rng.int(1000))),
  (_, { action }) => request("POST", action, "Content-Length: 99999999999\r\n"),
  // CBOR that is none: a string that breaks off, a tag, an array larger than what comes.
  (_, { property }) => sized("PUT", property, "\u007a", "application/cbor"),
  (rng, { action }) => sized("POST", action, "[".repeat(1 + rng.int(500)), "application/cbor"),
  (_, { property }) => sized("PUT", property, '"1"', "application/cbor"),
  // Several properties, one of which is not to be had.
  (rng, { property }) => request("GET", `${setOf(property)}?names=p${rng.int(1000)}`, ""),
  (_, { property }) => sized("PUT", setOf(property), '{"level":1,"nosuch":2}'),
  (rng, { property }) => sized("PUT", setOf(property), `[${rng.int(100)}]`),
];

/** Sends `count` malformed messages over connections of their own; resolves with how many. */
export async function sendMalformed(
  port: number,
  targets: Targets,
  count: number,
  seed = 1,
): Promise<number> {
  const rng = createRng(seed, "malformed-http");
  const lane = async (): Promise<void> => {
    while (next < count) {
      const generate = GENERATORS[next++ % GENERATORS.length];
      if (generate) await rawExchange(port, generate(rng, targets));
    }
  };
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, lane));
  return count;
}
