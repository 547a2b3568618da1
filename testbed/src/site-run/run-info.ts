/** What a fog node tells about a Thing it serves. */
export interface ThingInfo {
  readonly id: string;
  readonly kind: "device" | "network" | "node";
  readonly title: string;
  readonly wsn?: string;
  readonly tdUrl: string;
}

/** One driver process of a fog node, and where its IPC sockets are. */
export interface DriverInfo {
  readonly name: string;
  readonly wsn: string;
  readonly ipc: { readonly query: string; readonly data: string };
  readonly devices: readonly string[];
}

/** Where a fog node listens. */
export interface NodePorts {
  readonly http?: number;
  readonly coap?: number;
  /** Of coaps+tcp. */
  readonly coapSecure?: number;
}

/** What a fog node program reports when it runs. */
export interface NodeInfo {
  readonly node: string;
  readonly ports: NodePorts;
  readonly things: readonly ThingInfo[];
  readonly drivers: readonly DriverInfo[];
}

/** What the processing server reports when it runs. */
export interface ServerInfo {
  readonly url: string;
  readonly directoryUrl: string;
  readonly brokerUrl: string | null;
  /** The server's own, where it runs processors. */
  readonly things?: readonly ThingInfo[];
}

/** The run file: what another command needs to attach to a running site. */
export interface RunInfo {
  readonly version: 1;
  readonly state: "starting" | "up";
  readonly scope: string;
  readonly site: string;
  readonly siteFile: string;
  readonly pid: number;
  readonly startTicks: string | null;
  readonly startedAtMs: number;
  /** Marks every process of the run in its environment (FOGWOT_RUN). */
  readonly runId: string;
  /** Bearer token of the control API and of the server. */
  readonly token: string;
  /** Base URL of the control API; absent while starting. */
  readonly controlUrl?: string;
  /** Socket files of the drivers. */
  readonly runDirectory: string;
  readonly logDirectory: string;
  readonly timeScale: number;
  readonly server?: ServerInfo;
  readonly nodes: readonly NodeInfo[];
  /** Where each emulated device is reached. */
  readonly emulated: Readonly<Record<string, string>>;
  /** Network → its emulated serial line. */
  readonly lines: Readonly<Record<string, string>>;
}
