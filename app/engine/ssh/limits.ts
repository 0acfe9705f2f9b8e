/** Time limits of a connection, in milliseconds. */
export interface ConnectionLimits {
  /** For the TCP connection. */
  connect: number
  /** For key exchange and login after it. */
  handshake: number
  /** Between two signs of life asked from the server. */
  keepaliveInterval: number
  /** So many unanswered ones end the connection. */
  keepaliveCount: number
  /** A connection without open channels is closed after this. */
  idle: number
  /** A command waits this long for a free channel before another connection is opened. */
  patience: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  connect: 8_000,
  handshake: 15_000,
  keepaliveInterval: 15_000,
  keepaliveCount: 3,
  idle: 5 * 60_000,
  patience: 250,
}
