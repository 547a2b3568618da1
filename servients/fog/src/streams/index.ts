/** Devices that are streams of bytes: one decoder each, readings and commands above it. */
export { DeviceStream, type DeviceStreamOptions } from "./device-stream";
export type { CommandStatus, StreamCodec, StreamSink, StreamType } from "./stream-type";
