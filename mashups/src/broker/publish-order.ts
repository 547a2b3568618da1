import type { Aedes, PublishPacket } from "aedes";

type Done = (error?: Error) => void;
type Publish = (packet: PublishPacket, client: unknown, done?: Done) => void;

interface Job {
  readonly packet: PublishPacket;
  readonly client: unknown;
  readonly done: Done | undefined;
}

/**
 * Makes aedes hand messages to subscribers in the order in which it numbered them.
 *
 * It numbers a message when it arrives, stores a retained or QoS 1 one asynchronously, and lets a
 * QoS 0 one that arrived later overtake it; each subscriber then drops the earlier number as a
 * duplicate. A retained value followed by anything in the same read of the socket was lost that
 * way, always. So a message waits until the one before it has been handed on.
 */
export function keepPublishOrder(broker: Aedes): void {
  const inner = broker as unknown as { publish: Publish; mq: { emit: Publish } };
  const publish: Publish = inner.publish.bind(broker);
  const emit = inner.mq.emit.bind(inner.mq);
  const waiting: Job[] = [];
  let current: Job | undefined;
  let isRunning = false;

  const advance = (job: Job | undefined): void => {
    if (job === undefined || job !== current) return;
    current = undefined;
    run();
  };
  const run = (): void => {
    // One loop, not recursion: a QoS 0 message is handed on before `publish` returns.
    if (isRunning) return;
    isRunning = true;
    while (current === undefined && waiting.length > 0) {
      const job = waiting.shift() as Job;
      current = job;
      publish(job.packet, job.client, (error) => {
        // One that failed was never handed on.
        advance(job);
        job.done?.(error);
      });
    }
    isRunning = false;
  };

  inner.mq.emit = (packet, done) => {
    const job = current;
    emit(packet, done);
    advance(job);
  };
  inner.publish = (packet, client, done) => {
    if (typeof client === "function") waiting.push({ packet, client: null, done: client as Done });
    else waiting.push({ packet, client, done });
    run();
  };
}
