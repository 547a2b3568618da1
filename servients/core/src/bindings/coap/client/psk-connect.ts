import { connect, type TLSSocket } from "node:tls";
import { InteractionError, UnreachableError, WaitTimeoutError } from "../../../errors";
import type { Clock } from "../../../time";
import { PSK_TLS, type PskCredentials } from "../stream";

export interface PskConnectOptions {
  readonly href: string;
  readonly address: string;
  readonly port: number;
  readonly psk: PskCredentials;
  readonly clock: Clock;
  /** Longest wait for connection and handshake. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Connects to a server that has the same key.
 * @throws InteractionError 401 when it does not take the credentials, UnreachableError
 */
export function connectByPsk(options: PskConnectOptions): Promise<TLSSocket> {
  const { href, address, port, psk, clock, timeoutMs, signal } = options;
  const socket = connect({
    ...PSK_TLS,
    host: address,
    port,
    pskCallback: () => ({ identity: psk.identity, psk: psk.key }),
    // There is no certificate: that the server has the key is what proves who it is.
    checkServerIdentity: () => undefined,
  });
  // Small messages that follow each other must not wait for acknowledgements of those before.
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
      socket.off("secureConnect", onConnect);
      socket.off("error", onError);
      socket.off("close", onClose);
    };
    const fail = (error: Error): void => {
      settle();
      // Whatever the socket still has to say.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const onConnect = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (cause: NodeJS.ErrnoException): void => fail(errorOf(href, cause));
    const onClose = (): void =>
      fail(new UnreachableError(href, "the server closed the connection"));
    const onAbort = (): void => fail(new UnreachableError(href, "the client was stopped"));
    const cancel = clock.schedule(timeoutMs, () => {
      const cause = new WaitTimeoutError("the TLS handshake", timeoutMs);
      fail(new UnreachableError(href, cause.message, { cause }));
    });
    socket.once("secureConnect", onConnect);
    socket.once("error", onError);
    socket.once("close", onClose);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * What a server says to a key that is not its own (RFC 4279, section 2): it cannot read us, it does
 * not know the identity; or nothing, where we cannot read it.
 */
const REFUSALS = /BAD_RECORD_MAC|DECRYPT_ERROR|DECRYPTION_FAILED|UNKNOWN_PSK_IDENTITY/;

function errorOf(href: string, cause: NodeJS.ErrnoException): Error {
  const { code = "", message } = cause;
  if (REFUSALS.test(code)) return new InteractionError(href, 401, undefined, { cause });
  const reason = code === "ECONNREFUSED" ? "nothing listens on that port" : message;
  return new UnreachableError(href, reason, { cause });
}
