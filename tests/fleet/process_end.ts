const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const cleanups = new Set<() => void>()

/**
 * Has `cleanup` called when this process exits or is asked to end. It must not wait for events. Returns a
 * function that takes it back.
 */
export function onProcessEnd(cleanup: () => void): () => void {
  if (cleanups.size === 0) listen()
  cleanups.add(cleanup)
  return () => {
    cleanups.delete(cleanup)
    if (cleanups.size === 0) unlisten()
  }
}

function listen(): void {
  process.on('exit', cleanUp)
  for (const signal of SIGNALS) process.on(signal, endBy)
}

function unlisten(): void {
  process.off('exit', cleanUp)
  for (const signal of SIGNALS) process.off(signal, endBy)
}

function cleanUp(): void {
  for (const cleanup of [...cleanups]) cleanup()
}

function endBy(signal: NodeJS.Signals): void {
  cleanUp()
  unlisten()
  // Listening took the default action away. Whoever else listens decides how the process ends.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}
