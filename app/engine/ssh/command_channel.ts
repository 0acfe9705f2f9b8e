import { type Client, type ClientChannel } from 'ssh2'
import { type Outcome } from '#engine/ssh/remote'

/**
 * A channel that could not be opened. `never`: the command did not start, another channel may do.
 * `refused`: the server does not run commands. `unknown`: the command was sent, no answer came.
 */
export class ChannelNotOpened extends Error {
  readonly started: 'never' | 'refused' | 'unknown'

  constructor(message: string, started: 'never' | 'refused' | 'unknown', cause?: Error) {
    super(message, { cause })
    this.started = started
  }

  /** Whether the server itself said no, with a reason of RFC 4254 5.1, and not the connection's end. */
  get byServer(): boolean {
    return (this.cause as { reason?: unknown } | undefined)?.reason !== undefined
  }
}

/** A command that was started. */
export interface Started {
  channel: ClientChannel
  /** How it ended, once the server has said so. */
  outcome: Outcome | undefined
}

/**
 * Starts a command line in a new channel.
 *
 * @throws ChannelNotOpened
 */
export function startCommand(client: Client, line: string): Promise<Started> {
  const { promise, resolve, reject } = Promise.withResolvers<Started>()
  let sent = false
  const options = {
    // ssh2 reads this when the server has confirmed the channel, just before it sends the command.
    get env(): undefined {
      sent = true
      return undefined
    },
  }
  try {
    client.exec(line, options, (error, channel) => {
      if (error) reject(notOpened(error, sent))
      else resolve(startedIn(channel))
    })
  } catch (error) {
    reject(notOpened(error as Error, false))
  }
  return promise
}

function notOpened(error: Error, sent: boolean): ChannelNotOpened {
  if (error.message.includes('Unable to exec')) {
    return new ChannelNotOpened('the server refuses to run commands', 'refused', error)
  }
  return new ChannelNotOpened(error.message, sent ? 'unknown' : 'never', error)
}

/** Listens at once: the end of a short command may come in the same packet as its start. */
export function startedIn(channel: ClientChannel): Started {
  const started: Started = { channel, outcome: undefined }
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  channel.on('exit', (code: number | null, signal?: string) => {
    started.outcome =
      code === null ? { kind: 'signalled', name: signal ?? 'unknown' } : { kind: 'exited', code }
  })
  return started
}
