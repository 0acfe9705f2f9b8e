import dgram from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { readAddress } from '#engine/egress/address'

const TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const

type RecordType = keyof typeof TYPES

/**
 * A DNS server (RFC 1035) on 127.0.0.1 that answers as a test tells it. Nothing it says may be
 * kept: every record has a time to live of 0.
 */
export class DnsServer {
  readonly #socket: dgram.Socket
  readonly #resolver = new Resolver({ timeout: 2_000, tries: 2 })
  readonly #rounds = new Map<string, readonly (readonly string[])[]>()

  /** What was asked, for example `A git.test`, in order. */
  readonly questions: string[] = []

  /** Starts a server; `stop` ends it. */
  static async start(): Promise<DnsServer> {
    const socket = dgram.createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return new DnsServer(socket)
  }

  private constructor(socket: dgram.Socket) {
    this.#socket = socket
    this.#resolver.setServers([`127.0.0.1:${socket.address().port}`])
    socket.on('message', (question, from) => {
      socket.send(this.#reply(question), from.port, from.address)
    })
  }

  /**
   * Sets what a name answers. With several rounds each question gets the next one, and after the
   * last the first again.
   */
  answer(name: string, type: RecordType, ...rounds: readonly (readonly string[])[]): void {
    this.#rounds.set(`${type} ${name}`, rounds)
  }

  /** Asks for both kinds of addresses of a name over the network, as a stub resolver does. */
  readonly resolve = async (host: string): Promise<{ address: string }[]> => {
    const none = (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENODATA') return []
      throw error
    }
    const found = await Promise.all([
      this.#resolver.resolve4(host).catch(none),
      this.#resolver.resolve6(host).catch(none),
    ])
    return found.flat().map((address) => ({ address }))
  }

  async stop(): Promise<void> {
    this.#resolver.cancel()
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }

  #reply(question: Buffer): Buffer {
    const end = question.indexOf(0, 12) + 5
    const asked = question.subarray(12, end)
    const name = readName(asked)
    const type = asked.readUInt16BE(asked.length - 4)
    const typeName = (Object.keys(TYPES) as RecordType[]).find((each) => TYPES[each] === type)!
    this.questions.push(`${typeName} ${name}`)
    const answers = this.#answers(name, typeName)
    const known = [...this.#rounds.keys()].some((key) => key.endsWith(` ${name}`))
    const header = Buffer.alloc(12)
    question.copy(header, 0, 0, 2)
    header.writeUInt16BE(known ? 0x8180 : 0x8183, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    return Buffer.concat([header, asked, ...answers])
  }

  #answers(name: string, type: RecordType): Buffer[] {
    const [alias] = this.#next(name, 'CNAME')
    if (alias !== undefined) return [record(name, 'CNAME', alias), ...this.#answers(alias, type)]
    return this.#next(name, type).map((value) => record(name, type, value))
  }

  #next(name: string, type: RecordType): readonly string[] {
    const key = `${type} ${name}`
    const [round = [], ...later] = this.#rounds.get(key) ?? []
    if (later.length > 0) this.#rounds.set(key, [...later, round])
    return round
  }
}

function record(name: string, type: RecordType, value: string): Buffer {
  const data = type === 'CNAME' ? writeName(value) : writeAddress(value)
  const head = Buffer.alloc(10)
  head.writeUInt16BE(TYPES[type], 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(data.length, 8)
  return Buffer.concat([writeName(name), head, data])
}

function writeAddress(text: string): Buffer {
  const { bits, value } = readAddress(text)!
  return Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex')
}

function writeName(name: string): Buffer {
  const labels = name.split('.').map((label) => [label.length, ...Buffer.from(label)])
  return Buffer.from([...labels.flat(), 0])
}

function readName(bytes: Buffer): string {
  const labels: string[] = []
  for (let at = 0; bytes[at] !== 0; at += bytes[at] + 1) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + bytes[at]))
  }
  return labels.join('.').toLowerCase()
}
