/** One command on every host. */
export interface Sweep {
  /** From the first host's start to the last one's end, in milliseconds. */
  milliseconds: number
  /** When each host had ended, in milliseconds from the start; null for one that failed. */
  ended: (number | null)[]
}

/**
 * Asks every host at once and times the answers.
 *
 * @param ask resolves to what the host said; who rejects has failed
 * @throws when a host answers something else than `uptime` does
 */
export async function sweep<T>(
  hosts: readonly T[],
  ask: (host: T) => Promise<string>
): Promise<Sweep> {
  const began = performance.now()
  const one = async (host: T): Promise<number | null> => {
    const answer = await ask(host).catch(() => null)
    if (answer === null) return null
    if (!answer.includes('load average')) throw new Error(`That is no uptime: ${answer}`)
    return performance.now() - began
  }
  const ended = await Promise.all(hosts.map(one))
  return { milliseconds: performance.now() - began, ended }
}
