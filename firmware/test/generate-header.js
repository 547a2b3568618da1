"use strict";
/**
 * Turns test/vectors/*.json into a C header of the same vectors: `node generate-header.js <out.h>`.
 * Plain Node.js. Refuses vectors that do not keep the schema in vectors/README.md, so that a typing error shows here and
 * not as a test that never ran.
 */
const fs = require("node:fs");
const path = require("node:path");

const FOLDER = path.join(__dirname, "vectors");
/** Frame types, each with a file of its own. */
const TYPES = ["query", "reading", "set", "ack", "push", "error"];
/** What is no list of sound frames. */
const OTHERS = ["malformed", "dht11"];
/** Files of sound frames: those of the protocol, and one a device type. */
const SOUND = fs
  .readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .filter((file) => !OTHERS.includes(file))
  .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
const FIELDS = {
  query: [],
  ack: [],
  reading: ["uptimeMs", "ageMs", "values"],
  push: ["uptimeMs", "ageMs", "values"],
  set: ["parameter", "value"],
  error: ["code"],
};
const FRAME_FAULTS = [
  "truncated",
  "bad-magic",
  "bad-version",
  "oversize",
  "length-mismatch",
  "bad-crc",
  "bad-flags",
  "unknown-type",
  "bad-body",
];
const DHT11_FAULTS = ["checksum", "implausible"];

function rank(file) {
  return TYPES.includes(file) ? TYPES.indexOf(file) : TYPES.length;
}

function refuse(file, vector, got, wanted) {
  process.stderr.write(`${file}.json: ${vector}: got ${JSON.stringify(got)}, wanted ${wanted}\n`);
  process.exit(1);
}

function read(file) {
  const text = fs.readFileSync(path.join(FOLDER, `${file}.json`), "utf8");
  return JSON.parse(text).vectors;
}

function checkKeys(file, vector, object, wanted) {
  for (const key of Object.keys(object)) {
    if (!wanted.includes(key)) refuse(file, vector.name, key, `one of ${wanted.join(", ")}`);
  }
}

function checkName(file, vector, seen) {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(vector.name ?? "")) {
    refuse(file, "a vector", vector.name, "a name in kebab-case");
  }
  if (seen.has(vector.name)) refuse(file, vector.name, "the name twice", "a unique name");
  seen.add(vector.name);
  if (!/^([0-9a-f]{2})*$/.test(vector.hex ?? "-")) {
    refuse(file, vector.name, vector.hex, "hex, lower case, whole bytes");
  }
}

const integer = (file, name, value, low, high) =>
  Number.isInteger(value) && value >= low && value <= high
    ? String(value)
    : refuse(file, name, value, `an integer from ${low} to ${high}`);

/** C99 has no negative literals: −2147483648 would be minus an int that does not exist. */
const i32 = (file, name, value) => {
  const text = integer(file, name, value, -(2 ** 31), 2 ** 31 - 1);
  return value === -(2 ** 31) ? "INT32_MIN" : text;
};
const u32 = (file, name, value) => `${integer(file, name, value, 0, 2 ** 32 - 1)}u`;
const bytes = (hex) => `(const uint8_t *)"${hex.replace(/../g, "\\x$&")}", ${hex.length / 2}`;
const constant = (prefix, name) => `${prefix}${name.toUpperCase().replaceAll("-", "_")}`;

function body(file, name, frame) {
  if (frame.type === "reading" || frame.type === "push") {
    const values = frame.values.map(
      (v) => `{${integer(file, name, v.quantity, 0, 255)}, ${i32(file, name, v.milli)}}`,
    );
    const head = `${u32(file, name, frame.uptimeMs)}, ${u32(file, name, frame.ageMs)}`;
    return `.reading = {${head}, ${values.length}, {${values.join(", ")}}}`;
  }
  if (frame.type === "set") {
    const parameter = integer(file, name, frame.parameter, 0, 255);
    return `.set = {${parameter}, ${i32(file, name, frame.value)}}`;
  }
  return `.code = ${integer(file, name, frame.code ?? 0, 0, 255)}`;
}

function soundLine(file, vector) {
  const { name, hex, frame } = vector;
  checkKeys(file, vector, vector, ["name", "note", "hex", "frame", "thing"]);
  if (!TYPES.includes(frame.type)) refuse(file, name, frame.type, TYPES.join(", "));
  checkKeys(file, vector, frame, ["type", "sequence", ...FIELDS[frame.type]]);
  const sequence = integer(file, name, frame.sequence, 0, 65535);
  const fields = `{${constant("FRAME_", frame.type)}, ${sequence}, {${body(file, name, frame)}}}`;
  return `    {"${name}", ${bytes(hex)}, ${fields}},`;
}

function malformedLine(vector) {
  const file = "malformed";
  checkKeys(file, vector, vector, ["name", "note", "hex", "fault", "boardAnswer"]);
  if (!FRAME_FAULTS.includes(vector.fault)) {
    refuse(file, vector.name, vector.fault, FRAME_FAULTS.join(", "));
  }
  const answer = vector.boardAnswer?.hex ?? "";
  return `    {"${vector.name}", ${bytes(vector.hex)}, ${constant("FRAME_E_", vector.fault)}, ${bytes(answer)}},`;
}

function dht11Line(vector) {
  const file = "dht11";
  const { name, fault } = vector;
  checkKeys(file, vector, vector, [
    "name",
    "note",
    "hex",
    "temperatureMilli",
    "humidityMilli",
    "fault",
  ]);
  if (vector.hex.length !== 10) refuse(file, name, vector.hex, "5 bytes");
  if (fault !== undefined && !DHT11_FAULTS.includes(fault)) {
    refuse(file, name, fault, DHT11_FAULTS.join(", "));
  }
  const temperature = i32(file, name, vector.temperatureMilli ?? 0);
  const humidity = i32(file, name, vector.humidityMilli ?? 0);
  const result = fault === undefined ? "0" : constant("DHT11_E_", fault);
  return `    {"${name}", ${bytes(vector.hex).split(",")[0]}, ${result}, {${temperature}, ${humidity}}},`;
}

function main(out) {
  const seen = new Set();
  const lines = (file, toLine) =>
    read(file).map((vector) => {
      checkName(file, vector, seen);
      return toLine(vector);
    });
  const header = [
    "/* Made by test/generate-header.js from the files in test/vectors: do not edit. */",
    "#ifndef FOGWOT_VECTORS_H\n#define FOGWOT_VECTORS_H\n",
    '#include "dht11.h"\n#include "frame.h"\n',
    "struct sound_vector { const char *name; const uint8_t *bytes; size_t length; struct frame frame; };",
    "struct malformed_vector {\n    const char *name; const uint8_t *bytes; size_t length; int fault;",
    "    const uint8_t *answer; size_t answer_length;\n};",
    "struct dht11_vector { const char *name; const uint8_t *bytes; int result; struct dht11_sample sample; };\n",
    "static const struct sound_vector sound_vectors[] = {",
    ...SOUND.flatMap((file) => lines(file, (vector) => soundLine(file, vector))),
    "};\n\nstatic const struct malformed_vector malformed_vectors[] = {",
    ...lines("malformed", malformedLine),
    "};\n\nstatic const struct dht11_vector dht11_vectors[] = {",
    ...lines("dht11", dht11Line),
    "};\n\n#endif\n",
  ];
  fs.writeFileSync(out, header.join("\n"));
}

if (process.argv.length !== 3) {
  process.stderr.write("usage: node generate-header.js <out.h>\n");
  process.exit(2);
}
main(process.argv[2]);
