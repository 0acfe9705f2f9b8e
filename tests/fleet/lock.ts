import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A lock over all processes of this machine. It is an abstract Unix socket (unix(7)): the kernel
 * gives the name to one process only and takes it back when that process ends, however it ends.
 */
export class Lock {
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
  }

  release(): void {
    this.#server.close()
  }
}

/** Takes the lock called `name`, or answers undefined when a living process has it. */
export function tryLock(name: string): Promise<Lock | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)
    )
    server.listen(`\0muster-fleet/${name}`, () => {
      server.unref()
      resolve(new Lock(server))
    })
  })
}

/** Takes the lock called `name`; waits as long as another process has it. */
export async function lock(name: string, onWait: () => void): Promise<Lock> {
  for (let waited = false; ; waited = true) {
    const taken = await tryLock(name)
    if (taken) return taken
    if (!waited) onWait()
    await sleep(250)
  }
}
