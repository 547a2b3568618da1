/** AT parameters of a module, as numbers of their usual width, big-endian; NI is text. */
export type Parameters = Map<string, Buffer>;

/** What answers an AT command: status, and a value where one was asked for. */
export interface CommandResult {
  readonly status: number;
  readonly value: Buffer;
}

const NOTHING = Buffer.alloc(0);
const OK: CommandResult = { status: 0, value: NOTHING };
const INVALID_COMMAND: CommandResult = { status: 2, value: NOTHING };
const INVALID_PARAMETER: CommandResult = { status: 3, value: NOTHING };

const READ_ONLY: ReadonlySet<string> = new Set([
  "SH",
  "SL",
  "MY",
  "VR",
  "HV",
  "NP",
  "AI",
  "%V",
  "DB",
]);
/** Highest value of those that have a small range. */
const HIGHEST: Readonly<Record<string, number>> = { AP: 2, AO: 3, JN: 1, SM: 6 };
const MAX_NAME_BYTES = 20;

/** The parameters of a module as it left the factory, but in a network. */
export function createParameters(address64: string, address16: number, name: string): Parameters {
  const numbers: Record<string, [value: number, bytes: number]> = {
    AP: [1, 1],
    AO: [0, 1],
    ID: [0x3332, 8],
    CH: [0x0f, 1],
    MY: [address16, 2],
    NT: [0x3c, 1],
    NP: [0x54, 2],
    VR: [0x4060, 2],
    HV: [0x2242, 2],
    AI: [0, 1],
    BD: [3, 4],
    JN: [0, 1],
    SM: [0, 1],
    DB: [0x28, 1],
    "%V": [0x0ce4, 2],
  };
  const parameters: Parameters = new Map();
  for (const [command, [value, bytes]] of Object.entries(numbers)) {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(6, bytes));
    parameters.set(command, buffer);
  }
  const address = Buffer.from(address64, "hex");
  parameters.set("SH", address.subarray(0, 4));
  parameters.set("SL", address.subarray(4));
  parameters.set("NI", Buffer.from(name, "latin1"));
  return parameters;
}

/** Reads a parameter, or sets it where the command has a value; WR and AC change nothing here. */
export function carryOut(parameters: Parameters, command: string, value: Buffer): CommandResult {
  if (command === "WR" || command === "AC") return OK;
  const current = parameters.get(command);
  if (!current) return INVALID_COMMAND;
  if (value.length === 0) return { status: 0, value: current };
  if (READ_ONLY.has(command) || value.length > Math.max(current.length, widthOf(command))) {
    return INVALID_PARAMETER;
  }
  const highest = HIGHEST[command];
  if (highest !== undefined && value.readUIntBE(0, value.length) > highest)
    return INVALID_PARAMETER;
  parameters.set(command, value);
  return OK;
}

function widthOf(command: string): number {
  return command === "NI" ? MAX_NAME_BYTES : 0;
}
