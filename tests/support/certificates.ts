import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const DAY = 24 * 60 * 60_000

/** PEM texts, as TLS servers take them. */
export interface ServerCertificate {
  cert: string
  key: string
}

/** Who may use a certificate and when. */
interface Claims {
  /** Host names. */
  names: readonly string[]
  /** Days from now; -1 to 1 when left out. */
  valid?: readonly [from: number, until: number]
}

/**
 * A certificate authority (RFC 5280) that nobody trusts until told to.
 */
export class CertificateAuthority {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #name: string
  /** Its own certificate, PEM. */
  readonly certificate: string

  constructor(name: string) {
    this.#name = name
    this.certificate = this.#certify(name, this.#keys.publicKey, [-1, 1], [AUTHORITY])
  }

  /** A certificate for a server, with its key. */
  issue({ names, valid = [-1, 1] }: Claims): ServerCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return {
      cert: this.#certify(names[0], publicKey, valid, [alternativeNames(names)]),
      key: pemOf(privateKey),
    }
  }

  /** A certificate that vouches for itself. */
  static selfSigned(name: string): ServerCertificate {
    const authority = new CertificateAuthority(name)
    const cert = authority.#certify(
      name,
      authority.#keys.publicKey,
      [-1, 1],
      [alternativeNames([name])]
    )
    return { cert, key: pemOf(authority.#keys.privateKey) }
  }

  #certify(
    subject: string,
    key: KeyObject,
    [from, until]: readonly [number, number],
    extensions: Buffer[]
  ): string {
    const content = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      ECDSA_SHA256,
      distinguishedName(this.#name),
      sequence(time(from), time(until)),
      distinguishedName(subject),
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions))
    )
    const signature = sign('sha256', content, this.#keys.privateKey)
    const certificate = sequence(content, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature))
    const lines = certificate.toString('base64').match(/.{1,64}/g)!
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  }
}

const ECDSA_SHA256 = sequence(identifier('2a8648ce3d040302'))
const AUTHORITY = sequence(
  identifier('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff]))))
)

function alternativeNames(names: readonly string[]): Buffer {
  const list = names.map((name) => der(0x82, Buffer.from(name)))
  return sequence(identifier('551d11'), der(0x04, sequence(...list)))
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(name)))))
}

function time(days: number): Buffer {
  const text = new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x17, Buffer.from(text.slice(2)))
}

function identifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

/** One value in DER (X.690, 8.1): tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
