import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a build is made of. */
const SOURCES = ['app', 'bin', 'commands', 'config', 'database', 'providers', 'resources', 'start']
const FILES = [
  'adonisrc.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
]

/**
 * A short text that changes whenever a source changes: names, sizes and times of all of them.
 *
 * @param {string} root the project's directory
 */
export function fingerprintOf(root) {
  const hash = createHash('sha256')
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  for (const directory of SOURCES) {
    for (const entry of entriesOf(root, directory)) add(entry)
  }
  for (const file of FILES) add(file)
  return hash.digest('hex')
}

function entriesOf(root, directory) {
  let entries
  try {
    entries = readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort()
}

/** The text a stamp file holds, or null. */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

export function writeStamp(file, text) {
  writeFileSync(file, text)
}
