import { readLog } from '#app/runs/run_log'

/** How many bytes of the end of a log are kept at hand to explain a failure. */
const TAIL_BYTES = 16 * 1024

/**
 * The end of a run's log since its latest step began.
 */
export class LogTail {
  /** Made when it is first needed and kept: a flood of output leaves no litter here. */
  #bytes: Buffer | null = null
  #length = 0

  get text(): string {
    return this.#bytes?.toString('utf8', 0, this.#length) ?? ''
  }

  push(bytes: Buffer): void {
    const last = bytes.subarray(-TAIL_BYTES)
    this.#bytes ??= Buffer.allocUnsafe(TAIL_BYTES)
    const kept = Math.min(this.#length, TAIL_BYTES - last.length)
    this.#bytes.copyWithin(0, this.#length - kept, this.#length)
    last.copy(this.#bytes, kept)
    this.#length = kept + last.length
  }

  clear(): void {
    this.#length = 0
  }

  /** Takes the end of the stored log, between two of its bytes. */
  async recall(runId: string, from: number, to: number): Promise<void> {
    const { text } = await readLog(
      { id: runId, logSize: to },
      { from: Math.max(from, to - TAIL_BYTES), limit: TAIL_BYTES, complete: true }
    )
    this.clear()
    this.push(Buffer.from(text))
  }
}
