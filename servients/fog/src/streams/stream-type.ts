/** How a kind of device that is a stream of bytes is decoded: one decoder a device, in the fog node. */
export interface StreamType {
  /** JSON Schema of the network's setting `stream`, with defaults. */
  readonly settings: object;
  /** Codes of the commands by name: they may be sent by `DeviceStream.command`. */
  readonly commands: readonly string[];
  /** Ids that no command may have: their bytes mean something else on some lines. */
  readonly reservedIds: readonly number[];
  create(settings: Readonly<Record<string, unknown>>, sink: StreamSink): StreamCodec;
}

/** What a decoder finds. */
export interface StreamSink {
  /** @param sequence a gap is lost readings @param values by quantity, as in a driver's Reading */
  reading(sequence: number, values: Readonly<Record<string, number>>): void;
  /** The device's answer to a command. */
  acknowledgement(id: number, status: CommandStatus): void;
}

export type CommandStatus = "done" | "refused" | "unknown";

export interface StreamCodec {
  /** Takes bytes cut anywhere; calls the sink before it returns. Never throws for what they are. */
  push(bytes: Uint8Array): void;
  /** A command's bytes. @param id 1 … 255, given back with its acknowledgement */
  encode(id: number, command: string): Uint8Array;
  readonly counters: Readonly<Record<string, number>>;
  /** Which of the protocol's forms is spoken; null until it is known. */
  readonly dialect: string | null;
}
