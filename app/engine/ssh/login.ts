import { type Duplex } from 'node:stream'
import { type AuthHandlerMiddleware, type Client, type ParsedKey } from 'ssh2'
import { type Secret } from '#engine/shell/secret'
import { pinnedAlgorithms } from '#engine/ssh/algorithms'
import { type Carrier } from '#engine/ssh/connection'
import { RemoteError } from '#engine/ssh/errors'
import { handshake } from '#engine/ssh/handshake'
import { type HostKey, hostKeyOf } from '#engine/ssh/host_key'
import { HostKeyMismatch } from '#engine/ssh/host_key_mismatch'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { readPrivateKey } from '#engine/ssh/private_key'
import { ReadBuffer } from '#engine/ssh/read_buffer'
import { pathTo, type Target } from '#engine/ssh/target'

/** A way to a server: a socket, or a stream forwarded by the server in between. */
export interface Line {
  socket: Duplex
  carrier?: Carrier
}

/** A client that is logged in, and its line: only destroying the socket surely ends it. */
export interface Session extends Line {
  client: Client
}

/**
 * Connects and logs in. The host key is compared, byte by byte, before anything is authenticated;
 * host keys of types that are not pinned are not even negotiated. One credential is tried once.
 *
 * @param open makes the connection, which a dead server does not answer
 * @param admit waited for between that and the handshake; what it gives is called when the
 * handshake is over or the server has said nothing for a while
 * @throws RemoteError E_CONNECT, E_TIMEOUT, E_HOST_KEY (`HostKeyMismatch`) or E_AUTH
 */
export async function login(
  target: Target,
  limits: ConnectionLimits,
  open: () => Promise<Line>,
  admit: () => Promise<() => void>
): Promise<Session> {
  const server = pathTo(target)
  const algorithms = pinnedAlgorithms(target.hostKeys)
  if (algorithms.serverHostKey.length === 0) throw notPinned(server, target.hostKeys)
  const authHandler = authHandlerFor(target)
  const line = await open()
  const { socket } = line
  const leave = await admit()
  let offered: HostKey | undefined
  let pinned = false
  const config = {
    username: target.username,
    authHandler,
    algorithms,
    keepaliveInterval: limits.keepaliveInterval,
    keepaliveCountMax: limits.keepaliveCount,
    hostVerifier: (blob: Buffer) => {
      offered = hostKeyOf(blob)
      pinned = target.hostKeys.some((pin) => blob.equals(Buffer.from(pin.key, 'base64')))
      return pinned
    },
  }
  try {
    const credential = `the ${target.credential.kind} of user ${target.username}`
    const until = 'ready' as const
    const options = { server, timeout: limits.handshake, credential, until, silent: leave }
    const client = await handshake(socket, config, options)
    ReadBuffer.share(socket)
    return { client, ...line }
  } catch (error) {
    const cause = error instanceof RemoteError ? (error.cause as Error | undefined) : undefined
    const noKeyOfPinnedType = cause?.message.includes('no matching host key format')
    if ((offered && !pinned) || noKeyOfPinnedType) {
      throw new HostKeyMismatch(server, target.hostKeys, offered)
    }
    throw error
  } finally {
    leave()
  }
}

/**
 * The key or the password once, or, when the server only asks for the password interactively, as
 * the answer to that.
 */
function authHandlerFor(target: Target): AuthHandlerMiddleware {
  const { username, credential } = target
  if (credential.kind === 'key') {
    const key = privateKeyOf(target, credential.privateKey)
    return inTurn([() => ({ type: 'publickey', username, key })])
  }
  const password = credential.password.reveal()
  return inTurn([
    () => ({ type: 'password', username, password }),
    (methods) =>
      methods.includes('keyboard-interactive') &&
      !methods.includes('password') && {
        type: 'keyboard-interactive',
        username,
        prompt: answerWith(password),
      },
  ])
}

function inTurn(
  attempts: ((methods: readonly string[]) => object | false)[]
): AuthHandlerMiddleware {
  const handler = (methods: readonly string[] | null) => attempts.shift()?.(methods ?? []) ?? false
  return handler as unknown as AuthHandlerMiddleware
}

function privateKeyOf(target: Target, privateKey: Secret): ParsedKey {
  try {
    return readPrivateKey(privateKey)
  } catch (error) {
    throw new RemoteError(
      'E_AUTH',
      `The private key for ${pathTo(target)} cannot be used: ${(error as Error).message}.`,
      'Give a private key in OpenSSH or PEM format, without a passphrase.'
    )
  }
}

function answerWith(password: string) {
  return (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: readonly unknown[],
    finish: (answers: string[]) => void
  ) => finish(prompts.map(() => password))
}

function notPinned(server: string, pins: readonly HostKey[]): RemoteError {
  const types = pins.map((pin) => pin.type).join(', ')
  return new RemoteError(
    'E_HOST_KEY',
    types === ''
      ? `${server} has no pinned host key.`
      : `${server} is pinned by host keys of unsupported types only: ${types}.`,
    'Read the host key of the server, compare its fingerprint and confirm it. Ed25519, ECDSA and RSA keys are supported.'
  )
}
