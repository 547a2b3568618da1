/**
 * Of both connecting sockets. `immediate`: no queueing for a driver that is not there.
 * `linger 0`: closing waits for nobody. The heartbeat sees a driver that is stopped, not gone.
 */
export const CONNECT_OPTIONS = {
  linger: 0,
  reconnectInterval: 50,
  reconnectMaxInterval: 500,
  heartbeatInterval: 1_000,
  heartbeatTimeout: 3_000,
} as const;
