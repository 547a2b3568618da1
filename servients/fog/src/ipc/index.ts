/**
 * Between a driver process and the Servient: ZeroMQ over Unix sockets, frames of CBOR.
 * The only importer of zeromq.
 *
 * @example
 * const client = createDriverClient({ query: "ipc:///run/fogwot/wifi.query", data: "ipc:///run/fogwot/wifi.data" });
 * const { reading, deviceRttMs } = await client.query("wifi-1", { op: "read" }, { timeoutMs: 500 });
 * client.close();
 */
export { createDriverClient, DriverClient, type DriverClientOptions } from "./client";
export { type DriverEndpoints, driverEndpoints, removeSocketFiles } from "./endpoints";
export { DriverServer, type DriverServerOptions } from "./server";
