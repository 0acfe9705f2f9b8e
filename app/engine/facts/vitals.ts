import { sayingQuestion } from '#engine/shell/question'
import { type Remote } from '#engine/ssh/remote'

/** How a server is right now. All of it is data from a machine that may lie. */
export interface Vitals {
  /** Averages over 1, 5 and 15 minutes. */
  load: [number, number, number]
  memory: { totalBytes: number; availableBytes: number }
  swap: { totalBytes: number; freeBytes: number }
}

/**
 * Builtins of the shell alone, so that no process is started for it; said in one go, as one packet.
 * `read` takes a system call for each byte, so that as few as possible are read: of meminfo the
 * first lines, for swap the list of its devices, which is short or empty. What is no number there
 * is left out: a shell ends at an arithmetic that it cannot do.
 */
const VITALS = sayingQuestion`read -r load </proc/loadavg
said= swap=0 free=0
while read -r key value rest; do
  case $key in MemTotal:|MemAvailable:) said="$said
$key $value" ;; esac
  case $key in MemAvailable:|SwapFree:) break ;; esac
done </proc/meminfo
while read -r name type size used rest; do
  case $size,$used in *[!0-9,]*|,*|*,) ;; *) swap=$((swap+size)) free=$((free+size-used)) ;; esac
done </proc/swaps
said="load $load$said
SwapTotal: $swap
SwapFree: $free"`

/** An answer of the five lines and their numbers is far shorter. */
const MAX_BYTES = 1024

/**
 * Looks how a server is; costs it next to nothing.
 *
 * @throws RemoteError when the server cannot be asked.
 */
export async function readVitals(
  remote: Remote,
  options: { timeout?: number } = {}
): Promise<Vitals> {
  const { output } = await remote.ask(VITALS, { ...options, maxBytes: MAX_BYTES })
  return parseVitals(output)
}

/** Reads an answer, whatever it says: numbers that are none are 0. */
export function parseVitals(output: string): Vitals {
  const lines = new Map(
    output.split('\n').map((line) => {
      const [key, ...values] = line.split(' ')
      return [key, values.map(number)]
    })
  )
  const first = (key: string) => lines.get(key)?.[0] ?? 0
  const [one = 0, five = 0, fifteen = 0] = lines.get('load') ?? []
  return {
    load: [one, five, fifteen],
    memory: {
      totalBytes: first('MemTotal:') * 1024,
      availableBytes: first('MemAvailable:') * 1024,
    },
    swap: { totalBytes: first('SwapTotal:') * 1024, freeBytes: first('SwapFree:') * 1024 },
  }
}

function number(value: string): number {
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(value) ? Number(value) : 0
}
