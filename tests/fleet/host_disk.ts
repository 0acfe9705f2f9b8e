import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { execute } from '#tests/fleet/execute'

/** The writable disk of one host: the upper layer of its overlay. It outlives reboots. */
export interface HostDisk {
  upper: string
  work: string
  /** Empty directory where the host's root is put together. */
  root: string
  /** What the host says on its console while it boots. */
  console: string
}

/** Who a host is. `hosts` maps the names of the fleet's hosts to their addresses. */
export interface Identity {
  name: string
  hosts: ReadonlyMap<string, string>
  /** An authorized_keys line for root. */
  publicKey: string
}

/** More than any test fills; memory is taken for what is written. */
const AMPLE = '6g'

/**
 * Makes a host's disk in `directory` and writes the host's identity on it. It is a file system of the host's
 * own, in memory, so that neither the speed nor the room of the machine's disk matters.
 *
 * @param size as `64m`, for one that is to be filled up
 */
export function createHostDisk(directory: string, identity: Identity, size = AMPLE): HostDisk {
  const disk = {
    upper: path.join(directory, 'disk', 'upper'),
    work: path.join(directory, 'disk', 'work'),
    root: path.join(directory, 'root'),
    console: path.join(directory, 'console.log'),
  }
  mkdirSync(path.join(directory, 'disk'), { recursive: true })
  execute(['mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path.join(directory, 'disk')])
  makeDirectories(0o755, disk.upper, disk.work, disk.root)
  writeIdentity(disk.upper, identity)
  return disk
}

function writeIdentity(upper: string, { name, hosts, publicKey }: Identity): void {
  const file = (...parts: string[]) => path.join(upper, ...parts)
  const names = [...hosts].map(([host, address]) => `${address} ${host}`)
  // A directory here hides the image's of the same name, with its mode.
  makeDirectories(0o755, upper, file('etc'), file('etc', 'ssh'))
  makeDirectories(0o700, file('root'), file('root', '.ssh'))
  writeFileSync(file('etc', 'hostname'), `${name}\n`)
  writeFileSync(file('etc', 'hosts'), `127.0.0.1 localhost\n${names.join('\n')}\n`)
  writeFileSync(file('etc', 'machine-id'), `${randomBytes(16).toString('hex')}\n`)
  for (const world of ['hostname', 'hosts', 'machine-id']) chmodSync(file('etc', world), 0o644)
  writeFileSync(file('root', '.ssh', 'authorized_keys'), `${publicKey}\n`, { mode: 0o600 })
  generateKey(file('etc', 'ssh', 'ssh_host_ed25519_key'), name)
}

function makeDirectories(mode: number, ...directories: string[]): void {
  for (const directory of directories) {
    mkdirSync(directory, { recursive: true })
    // Whatever the umask of this process.
    chmodSync(directory, mode)
  }
}

/** Writes a new ed25519 key pair to `file` and `file`.pub; returns the public line. */
export function generateKey(file: string, comment: string): string {
  execute(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file])
  return readFileSync(`${file}.pub`, 'utf8').trim()
}
