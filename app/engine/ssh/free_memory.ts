/**
 * Frees the memory of a buffer that nobody looks at any more, now and not when garbage is collected
 * next. It is empty afterwards, and so is all that shares its memory: a buffer that is not most of
 * what it lies in, as one from Node's pool, is left alone.
 */
export function freeMemory(buffer: Buffer): void {
  const memory = buffer.buffer
  if (memory instanceof ArrayBuffer && buffer.length * 2 > memory.byteLength) memory.transfer(0)
}
