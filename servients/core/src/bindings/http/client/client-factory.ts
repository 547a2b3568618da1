import type { ProtocolClient, ProtocolClientFactory } from "@node-wot/core";
import type { Logger } from "../../../log";
import { keepContentsInMemory } from "../../in-memory-contents";
import { HttpBindingClient, type OpenSubscription } from "./client";
import type { HttpCredentials } from "./credentials";
import { Transport } from "./transport";

export interface HttpClientOptions {
  /** Longest wait of one request. @default 10,000 ms */
  readonly timeoutMs?: number;
  /** Largest answer, and largest event, accepted. @default 8 MiB */
  readonly maxBodyBytes?: number;
  /** @default "http" */
  readonly scheme?: "http" | "https";
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string;
  /** Shown to a Thing that asks for some before its description was read. */
  readonly credentials?: HttpCredentials;
  readonly log?: Logger;
}

/** Clients of one Servient; they share its keep-alive connections. */
export class HttpBindingClientFactory implements ProtocolClientFactory {
  readonly scheme: string;
  readonly #options: HttpClientOptions;
  readonly #sources = new Set<OpenSubscription>();
  #transport: Transport | undefined;

  constructor(options: HttpClientOptions = {}) {
    keepContentsInMemory();
    this.#options = options;
    this.scheme = options.scheme ?? "http";
  }

  getClient(): ProtocolClient {
    const { timeoutMs = 10_000, maxBodyBytes = 8 * 1024 * 1024, ca, credentials } = this.#options;
    this.#transport ??= new Transport({ timeoutMs, maxBodyBytes, ca });
    return new HttpBindingClient({
      transport: this.#transport,
      maxBodyBytes,
      ...(credentials ? { credentials } : {}),
      onOpen: (source) => this.#sources.add(source),
      onClose: (source) => this.#sources.delete(source),
    });
  }

  init(): boolean {
    return true;
  }

  /** Ends every subscription and connection. */
  destroy(): boolean {
    for (const source of this.#sources) source.close();
    this.#sources.clear();
    this.#transport?.close();
    this.#transport = undefined;
    return true;
  }
}
