/** The bounds of terminals; times in milliseconds. */
export interface TerminalLimits {
  /** Open ones of a person. */
  perUser: number
  /** Open ones that a process of the panel holds. */
  perProcess: number
  /** For the shell to be there, the connection to the server included. */
  opening: number
  /** How long one whose browser is gone waits for it. */
  detached: number
  /** Without anything typed. */
  idle: number
  /** Before that, the person is told. */
  idleWarning: number
  /** Between two looks at the rights behind one. */
  recheck: number
  /** Between two signs of life over the socket. */
  beat: number
}

export const TERMINAL_LIMITS: TerminalLimits = {
  perUser: 10,
  perProcess: 100,
  opening: 45_000,
  detached: 60_000,
  idle: 30 * 60_000,
  idleWarning: 2 * 60_000,
  recheck: 3_000,
  beat: 15_000,
}
