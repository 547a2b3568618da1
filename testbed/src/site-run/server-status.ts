import type { ApiClient } from "./api-client";

/** GET /api/status of the processing server. Null: nothing measured so far. */
export interface ServerStatus {
  readonly site: string;
  readonly policy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly m: number;
  readonly run: string;
  /** "sensing", "paused" or "waiting" for a first Thing. */
  readonly state?: string;
  readonly slot: number;
  readonly slots: number;
  readonly requests: number;
  readonly window: WindowFigures & { readonly slots: number };
  readonly total: WindowFigures;
  readonly devices: readonly DeviceFigures[];
  readonly store: { readonly rows: number; readonly pendingRows: number };
}

export interface WindowFigures {
  readonly rttMs: number | null;
  readonly pdr: number | null;
}

export interface DeviceFigures extends WindowFigures {
  readonly id: string;
  readonly wsn: string;
  readonly selected: number;
  readonly ok: number;
}

export function fetchServerStatus(server: ApiClient): Promise<ServerStatus> {
  return server.request<ServerStatus>("GET", "/api/status");
}
