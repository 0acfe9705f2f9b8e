import { type AuthHandlerMiddleware, type Client } from 'ssh2'
import { pinnedAlgorithms } from '#engine/ssh/algorithms'
import { RemoteError } from '#engine/ssh/errors'
import { handshake } from '#engine/ssh/handshake'
import { type HostKey, hostKeyOf } from '#engine/ssh/host_key'
import { HostKeyMismatch } from '#engine/ssh/host_key_mismatch'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { nameOf, openSocket } from '#engine/ssh/socket'
import { type Target } from '#engine/ssh/target'

/** A client that is logged in, and its socket: only destroying the socket surely ends it. */
export interface Session {
  client: Client
  socket: { destroy(): void }
}

/**
 * Connects and logs in. The host key is compared, byte by byte, before anything is authenticated;
 * host keys of types that are not pinned are not even negotiated. One credential is tried once.
 *
 * @throws RemoteError E_CONNECT, E_TIMEOUT, E_HOST_KEY (`HostKeyMismatch`) or E_AUTH
 */
export async function login(target: Target, limits: ConnectionLimits): Promise<Session> {
  const server = nameOf(target.host, target.port)
  const algorithms = pinnedAlgorithms(target.hostKeys)
  if (algorithms.serverHostKey.length === 0) throw notPinned(server, target.hostKeys)
  const credential = credentialOf(target)
  const socket = await openSocket(target.host, target.port, limits.connect)
  let offered: HostKey | undefined
  let pinned = false
  const config = {
    username: target.username,
    authHandler: authHandler(target),
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
    const options = { server, timeout: limits.handshake, credential, until: 'ready' as const }
    return { client: await handshake(socket, config, options), socket }
  } catch (error) {
    const cause = error instanceof RemoteError ? (error.cause as Error | undefined) : undefined
    const noKeyOfPinnedType = cause?.message.includes('no matching host key format')
    if ((offered && !pinned) || noKeyOfPinnedType) {
      throw new HostKeyMismatch(server, target.hostKeys, offered)
    }
    throw error instanceof RemoteError ? error : unusableKey(server, error as Error)
  }
}

/** The password once, or, when the server only asks for it interactively, as the answer to that. */
function authHandler(target: Target): AuthHandlerMiddleware {
  const { username, credential } = target
  let attempts = 0
  const handler = (methods: string[] | null) => {
    attempts++
    if (credential.kind === 'key') {
      return attempts === 1 && { type: 'publickey', username, key: credential.privateKey.reveal() }
    }
    const password = credential.password.reveal()
    if (attempts === 1) return { type: 'password', username, password }
    const onlyInteractive =
      !methods?.includes('password') && methods?.includes('keyboard-interactive')
    if (attempts > 2 || !onlyInteractive) return false
    return { type: 'keyboard-interactive', username, prompt: answerWith(password) }
  }
  return handler as unknown as AuthHandlerMiddleware
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

function credentialOf(target: Target): string {
  return `the ${target.credential.kind} of user ${target.username}`
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

function unusableKey(server: string, error: Error): RemoteError {
  return new RemoteError(
    'E_AUTH',
    `The private key for ${server} cannot be used: ${error.message}.`,
    'Give a private key in OpenSSH or PEM format, without a passphrase.'
  )
}
