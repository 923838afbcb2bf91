/** What is known of the other end of a connection, encrypted or not. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  /** Node sets it on sockets with TLS. */
  readonly encrypted?: boolean;
}

/** Whether the connection to this gateway itself is encrypted. */
export function isEncrypted(socket: PeerSocket): boolean {
  return socket.encrypted === true;
}
