import type { FogwotError } from "@fogwot/core";
import type { Aedes, PublishPacket } from "aedes";

type Done = (error?: Error) => void;
type Publish = (packet: object, client: unknown, done?: Done) => void;

/**
 * Drops messages that were refused. aedes ends a client whose message is refused, and MQTT 3.1.1 has
 * no other way to say it; so the message is acknowledged and goes nowhere, and who asked a Thing is
 * answered with problem details where it listens.
 */
export class RefusedMessages {
  readonly #refused = new WeakSet<object>();
  readonly #publish: Publish;

  constructor(broker: Aedes) {
    const inner = broker as unknown as { publish: Publish };
    const publish = inner.publish.bind(broker);
    this.#publish = publish;
    inner.publish = (packet, client, done) => {
      if (!this.#refused.has(packet)) publish(packet, client, done);
      else done?.();
    };
  }

  /** @param errorTopic where the sender listens; undefined where it does not */
  refuse(packet: PublishPacket, errorTopic: string | undefined, error: FogwotError): void {
    this.#refused.add(packet);
    if (errorTopic === undefined) return;
    const payload = Buffer.from(JSON.stringify(error.toProblem()));
    this.#publish(
      { cmd: "publish", topic: errorTopic, payload, qos: packet.qos, retain: false, dup: false },
      null,
      () => undefined,
    );
  }
}
