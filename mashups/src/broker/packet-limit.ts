import { InternalError } from "@fogwot/core";
import type { Client } from "aedes";

interface PacketParser {
  readonly packet: { readonly length: number };
  _parseLength(): boolean;
  emit(event: "error", error: Error): boolean;
}

/**
 * Ends a client that announces a packet larger than the maximum, before its bytes are gathered:
 * aedes and its parser know no limit below the protocol's 256 MiB.
 *
 * @throws InternalError when aedes' parser is not where this version has it
 */
export function limitPacketSize(client: Client, maxPacketBytes: number): void {
  const { _parser: parser } = client as unknown as { _parser?: PacketParser };
  if (typeof parser?._parseLength !== "function") {
    throw new InternalError("the broker library has changed: no place to limit packets");
  }
  const parseLength = parser._parseLength.bind(parser);
  parser._parseLength = () => {
    const isParsed = parseLength();
    if (!isParsed || parser.packet.length <= maxPacketBytes) return isParsed;
    parser.emit("error", new RangeError(`a packet of ${parser.packet.length} bytes was announced`));
    return false;
  };
}
