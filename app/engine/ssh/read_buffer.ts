import { createRequire } from 'node:module'
import { type OnReadOpts, type Socket } from 'node:net'
import { type Duplex } from 'node:stream'

/** The most that is read at once, in bytes: a few of the longest packets that sshd sends. */
const SHARED_BYTES = 256 * 1024

/** The same while each read has memory of its own. */
const OWN_BYTES = 16 * 1024

/** With its native binding, which Muster does not build, ssh2 decrypts packets where they are. */
const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as {
  bindingAvailable: boolean
}

const buffers = new WeakMap<Duplex, ReadBuffer>()

let shared: Buffer | undefined

/**
 * What a socket reads into. Node takes new memory for each read and has it back when it next
 * collects garbage, so that a server with much to say makes the process large. From `share` on
 * sockets read into the same memory, in turn.
 */
export class ReadBuffer {
  /** For `net.connect`. */
  readonly options: OnReadOpts = {
    buffer: () => this.#next(),
    callback: (length, bytes) => this.#give(bytes as Buffer, length),
  }

  #socket: Socket | undefined
  #shares = false

  /**
   * From now on the socket's listeners have to be done with what they get when they return, for it
   * is overwritten then. ssh2 is, as soon as packets are encrypted: it decrypts them into memory
   * of their own. Before that, it keeps parts of them.
   */
  static share(socket: Duplex): void {
    const buffer = buffers.get(socket)
    if (buffer) buffer.#shares = !bindingAvailable
  }

  serve(socket: Socket): void {
    this.#socket = socket
    buffers.set(socket, this)
  }

  #next(): Buffer {
    if (!this.#shares) return Buffer.allocUnsafeSlow(OWN_BYTES)
    return (shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES))
  }

  /** Whether the socket may read on. */
  #give(bytes: Buffer, length: number): boolean {
    const socket = this.#socket!
    const read = bytes.subarray(0, length)
    if (bytes !== shared) return socket.push(read)
    if (!socket.readableFlowing || socket.readableLength > 0) return socket.push(Buffer.from(read))
    socket.emit('data', read)
    return true
  }
}
