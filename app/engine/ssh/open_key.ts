import { Worker } from 'node:worker_threads'
import { type Secret } from '#engine/shell/secret'

/** Milliseconds. What ssh-keygen makes by itself opens in a second or two. */
const PATIENCE = 30_000

/** The key derivation of OpenSSH keys (bcrypt_pbkdf) is long, and is JavaScript. */
const PROGRAM = `
const { createRequire } = require('node:module')
const { parentPort, workerData } = require('node:worker_threads')
const { utils } = createRequire(workerData.from)('ssh2')
const parsed = [utils.parseKey(workerData.text, workerData.passphrase)].flat()[0]
try {
  if (parsed instanceof Error) throw parsed
  parentPort.postMessage({ pem: parsed.getPrivatePEM() })
} catch (error) {
  parentPort.postMessage({ problem: error.message })
}
`

/**
 * Opens a private key that is protected by a passphrase, in a thread of its own, so that nothing
 * else waits for it.
 *
 * @returns the key as PEM without a passphrase, or why not
 */
export async function openKey(
  text: string,
  passphrase: Secret
): Promise<{ pem: string } | { problem: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<
    { pem: string } | { problem: string }
  >()
  const workerData = { from: import.meta.url, text, passphrase: passphrase.reveal() }
  const worker = new Worker(PROGRAM, { eval: true, workerData, env: {}, execArgv: [] })
  const timer = setTimeout(() => resolve({ problem: 'it takes too long to open' }), PATIENCE)
  worker.once('message', resolve)
  worker.once('error', reject)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
