import type { TerminalSize } from '#engine/ssh/remote_shell'

/**
 * What a browser says beside what is typed, which comes as binary messages. An `ack` names the
 * offset up to which output has been shown.
 */
export type ClientMessage =
  | ({ type: 'open'; offset: number } & TerminalSize)
  | ({ type: 'resize' } & TerminalSize)
  | { type: 'ack'; offset: number }
  | { type: 'close' }

/** What the panel says beside output, which goes as binary messages. */
export type ServerMessage =
  /**
   * The shell is there; output goes on at `offset`. `whole`: it follows what the browser has.
   * `secret`: what to come back with, said once, to the page that opened the terminal.
   */
  | { type: 'opened'; terminal: string; offset: number; whole: boolean; secret?: string }
  /** The panel is still there. */
  | { type: 'beat' }
  /** Nothing was typed for long; it ends in so many seconds. Zero takes the warning back. */
  | { type: 'idle'; seconds: number }
  /** Another page took it over. */
  | { type: 'taken' }
  | { type: 'failed'; message: string; hint: string }
  | { type: 'ended'; reason: string; message: string }

/** No message that is meant is longer, in bytes. */
const MOST_BYTES = 256

const SIZES = { columns: 1000, rows: 500 }

type Check = (value: unknown) => boolean

const whole = (least: number, most: number): Check => {
  return (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
}

const offset = whole(0, Number.MAX_SAFE_INTEGER)
const size = { columns: whole(1, SIZES.columns), rows: whole(1, SIZES.rows) }

/** What each message holds besides its type: these fields, all of them, and nothing else. */
const FIELDS: Record<ClientMessage['type'], Record<string, Check>> = {
  open: { ...size, offset },
  resize: size,
  ack: { offset },
  close: {},
}

/**
 * Reads a text message. Null for everything but a message as it has to be.
 */
export function readMessage(data: Buffer): ClientMessage | null {
  if (data.length > MOST_BYTES) return null
  const value = parse(data)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { type, ...rest } = value as Record<string, unknown>
  if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type)) return null
  const fields = FIELDS[type as ClientMessage['type']]
  const names = Object.keys(fields)
  if (Object.keys(rest).length !== names.length) return null
  const fits = names.every((name) => Object.hasOwn(rest, name) && fields[name](rest[name]))
  return fits ? (value as ClientMessage) : null
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return null
  }
}
