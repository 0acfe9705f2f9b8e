/*
 * The encodings of SSH (RFC 4251, section 5).
 */

/** A `string`: its length, then its bytes. */
export function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A positive `mpint`, of big-endian bytes. */
export function mpint(value: Buffer): Buffer {
  const first = value.findIndex((byte) => byte !== 0)
  const bytes = first < 0 ? Buffer.alloc(0) : value.subarray(first)
  return field(bytes[0] >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
}

/** How many bits a positive number of big-endian bytes has. */
export function bitLength(value: Buffer): number {
  const first = value.findIndex((byte) => byte !== 0)
  if (first < 0) return 0
  return (value.length - first) * 8 - (Math.clz32(value[first]) - 24)
}

/** Reads encoded fields one after another. */
export class WireReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  /** @throws RangeError when the bytes end before the field does */
  field(): Buffer {
    const length = this.uint32()
    const end = this.#position + length
    if (end > this.#bytes.length) throw new RangeError('The field is longer than its bytes.')
    const value = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return value
  }

  /** @throws RangeError when the bytes end before the number does */
  uint32(): number {
    const value = this.#bytes.readUInt32BE(this.#position)
    this.#position += 4
    return value
  }
}
