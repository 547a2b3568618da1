import { UnauthorizedError } from "../../../errors";
import type { Clock } from "../../../time";
import type { OpenChannel } from "./channel-pool";
import { connectByPsk } from "./psk-connect";
import { TlsChannel } from "./tls-channel";
import { UdpChannel, type UdpChannelOptions } from "./udp-channel";

/** Options of a response, beside its payload. */
const MESSAGE_HEAD_BYTES = 4_096;
/** Where an answer or a notification is awaited, the server is asked for a sign of life so often. */
const IDLE_MS = 60_000;
const PATIENCE_MS = 15_000;

export function udpChannels(options: UdpChannelOptions): OpenChannel {
  return ({ port }, address) => UdpChannel.open({ address, port }, options);
}

export interface TlsChannelSettings {
  readonly clock: Clock;
  /** Longest wait for connection and handshake. */
  readonly timeoutMs: number;
  readonly maximumPayloadBytes: number;
}

export function tlsChannels(settings: TlsChannelSettings): OpenChannel {
  const { clock, timeoutMs, maximumPayloadBytes } = settings;
  return async ({ href, port, psk }, address, signal) => {
    if (!psk) throw new UnauthorizedError("a PSK identity and its key are required");
    const socket = await connectByPsk({ href, address, port, psk, clock, timeoutMs, signal });
    const maximumMessageBytes = maximumPayloadBytes + MESSAGE_HEAD_BYTES;
    const watching = { idleMs: IDLE_MS, patienceMs: PATIENCE_MS };
    const onAbort = (): void => void socket.destroy();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await TlsChannel.open({ href, socket, clock, maximumMessageBytes, ...watching });
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };
}
