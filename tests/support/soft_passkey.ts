import { execFile } from 'node:child_process'
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What an authenticator does; each part can be made wrong. */
export interface Ceremony {
  challenge: string
  origin?: string
  rpId?: string
  /** Whether it verified its owner (by a fingerprint, say), and whether someone was there. */
  verified?: boolean
  present?: boolean
  crossOrigin?: boolean
}

/** Makes the statement of a packed attestation (8.2) over what is to be signed. */
type Attest = (signed: Buffer) => Map<string, unknown>

const statementOf = (signature: Buffer, more: [string, unknown][] = []) =>
  new Map<string, unknown>([['alg', -7], ['sig', Uint8Array.from(signature)], ...more])

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 }

const run = promisify(execFile)

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest()
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/**
 * A passkey made of software (WebAuthn Level 3, 6): what it says is as signed as that of a real
 * one, but it can lie.
 */
export class SoftPasskey {
  readonly id = base64url(randomBytes(16))
  readonly origin: string
  readonly #key: KeyObject
  readonly #coordinates: { x: string; y: string }
  /** How often it signed; 0 for one that does not count. */
  counter = 0
  userHandle: string | null = null

  /** @param origin where it is used, such as `http://localhost:3333` */
  constructor(origin: string) {
    this.origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x, y } = publicKey.export({ format: 'jwk' })
    this.#key = privateKey
    this.#coordinates = { x: x!, y: y! }
  }

  /** What a browser sends after making it: `RegistrationResponseJSON` as text. */
  create(
    options: { challenge: string; user: { id: string } },
    ceremony: Partial<Ceremony> & { attest?: Attest } = {}
  ): string {
    this.userHandle = options.user.id
    const id = Buffer.from(this.id, 'base64url')
    const size = Buffer.alloc(2)
    size.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), size, id, this.#coseKey()])
    const head = this.#authenticatorData({ challenge: options.challenge, ...ceremony }, true)
    const clientDataJSON = this.#clientData('webauthn.create', { ...options, ...ceremony })
    const data = Buffer.concat([head, attested])
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    const statement = ceremony.attest?.(signed)
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', statement ? 'packed' : 'none'],
        ['attStmt', statement ?? new Map()],
        ['authData', Uint8Array.from(data)],
      ]) as Parameters<typeof isoCBOR.encode>[0]
    )
    return this.#credential({
      clientDataJSON,
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    })
  }

  /** Self attestation (8.2). */
  attestItself(signed: Buffer): Map<string, unknown> {
    return statementOf(sign('sha256', signed, this.#key))
  }

  /** What a browser sends after using it: `AuthenticationResponseJSON` as text. */
  use(options: { challenge: string }, ceremony: Partial<Ceremony> = {}): string {
    const acts = { challenge: options.challenge, ...ceremony }
    const clientDataJSON = this.#clientData('webauthn.get', acts)
    const data = this.#authenticatorData(acts, false)
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    return this.#credential({
      clientDataJSON,
      authenticatorData: base64url(data),
      signature: base64url(sign('sha256', signed, this.#key)),
      userHandle: this.userHandle,
    })
  }

  #credential(response: Record<string, unknown>): string {
    const { id } = this
    const clientExtensionResults = {}
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults })
  }

  #clientData(type: string, { challenge, origin, crossOrigin = false }: Ceremony): string {
    const data = { type, challenge, origin: origin ?? this.origin, crossOrigin }
    return base64url(Buffer.from(JSON.stringify(data)))
  }

  #authenticatorData(acts: Ceremony, attested: boolean): Buffer {
    const { present = true, verified = true, rpId = new URL(this.origin).hostname } = acts
    const flags = Buffer.from([
      (present ? FLAGS.present : 0) |
        (verified ? FLAGS.verified : 0) |
        (attested ? FLAGS.attested : 0),
    ])
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    return Buffer.concat([sha256(rpId), flags, counter])
  }

  /** ES256 on P-256 (RFC 9053, 2.1 and 7.1.1). */
  #coseKey(): Buffer {
    const { x, y } = this.#coordinates
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'))
    const key = new Map<number, number | Uint8Array>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as const),
      ...([
        [-2, bytes(x)],
        [-3, bytes(y)],
      ] as const),
    ])
    return Buffer.from(isoCBOR.encode(key as Parameters<typeof isoCBOR.encode>[0]))
  }
}

/**
 * Attests by a certificate as vendors put into their authenticators (8.2.1), signed by itself.
 */
export async function attestedByCertificate(): Promise<Attest> {
  const directory = await mkdtemp(join(tmpdir(), 'attestation-'))
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  try {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-keyout', key, '-out', certificate],
      ...['-subj', '/C=DE/O=Muster/OU=Authenticator Attestation/CN=Soft'],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ])
    const { raw } = new X509Certificate(await readFile(certificate))
    const privateKey = createPrivateKey(await readFile(key))
    return (signed) =>
      statementOf(sign('sha256', signed, privateKey), [['x5c', [Uint8Array.from(raw)]]])
  } finally {
    await rm(directory, { recursive: true })
  }
}
