/**
 * The site's embedded MQTT broker (3.1.1), for sites that bring none of their own.
 *
 * @example
 * const broker = await startBroker({ host: "127.0.0.1", port: 0, log });
 * console.log(broker.url, broker.counters);
 * await broker.stop();
 */
export {
  type AvailabilityKeeper,
  type AvailabilityKeeperOptions,
  startAvailabilityKeeper,
} from "./availability-keeper";
export { type BrokerCounters, type BrokerOptions, type RunningBroker, startBroker } from "./broker";
