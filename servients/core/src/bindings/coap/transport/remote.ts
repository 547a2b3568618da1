/** The other end of a datagram; dgram's RemoteInfo is one. */
export interface Remote {
  /** An IP address, never a name. */
  readonly address: string;
  readonly port: number;
}

export type SendDatagram = (datagram: Buffer, remote: Remote) => void;

export function remoteText(remote: Remote): string {
  return `${remote.address}:${remote.port}`;
}
