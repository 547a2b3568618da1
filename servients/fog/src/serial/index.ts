/**
 * Serial lines of drivers: USB adapters, on-board UARTs, RS-232, and pseudo-terminals of emulators.
 *
 *     const line = new SerialLine({ settings, clock, log, onBytes: (chunk) => parser.push(chunk), onState });
 *     await line.start(); // also where nothing is plugged in yet
 *     line.write(frame);
 */
export { LineDownError } from "./errors";
export { SerialLine, type SerialLineOptions } from "./serial-line";
export { SERIAL_SETTINGS, type SerialSettings } from "./settings";
