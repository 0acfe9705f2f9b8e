import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '#tests/fleet/host'

/** What the sample apps depend on. */
const DEPENDENCIES = { express: '5.3.0' }

/** Where a host keeps the packages. */
const CACHE = '/opt/npm-cache'

/** Installs from the cache alone, as a host without a way out must. */
export const OFFLINE_INSTALL = `npm ci --offline --no-audit --no-fund --cache ${CACHE}`

export interface NpmManifest {
  'package.json': string
  'package-lock.json': string
}

/**
 * Puts the packages of the sample apps into the npm cache of hosts, which reach no registry, and
 * gives the manifest and lock file that install exactly those.
 *
 * @throws when npm cannot fetch them on this machine
 */
export function warmNpmCache(hosts: readonly Host[]): NpmManifest {
  const directory = mkdtempSync(join(tmpdir(), 'muster-npm-'))
  try {
    const manifest = `${JSON.stringify({ name: 'sample', version: '1.0.0', private: true, dependencies: DEPENDENCIES }, null, 2)}\n`
    writeFileSync(join(directory, 'package.json'), manifest)
    const cache = join(directory, 'cache')
    // Packages are found in the cache by the digest of an address that the lock file names.
    const resolved = '--omit-lockfile-registry-resolved=false'
    const result = spawnSync('npm', ['install', '--ignore-scripts', resolved, '--cache', cache], {
      cwd: directory,
      encoding: 'utf8',
    })
    if (result.status !== 0) throw new Error(`npm install failed: ${result.stderr}`)
    for (const host of hosts) {
      mkdirSync(host.path(CACHE), { recursive: true })
      cpSync(join(cache, '_cacache'), join(host.path(CACHE), '_cacache'), { recursive: true })
      host.inside(['chmod', '-R', 'a+rwX', CACHE])
    }
    return {
      'package.json': manifest,
      'package-lock.json': readFileSync(join(directory, 'package-lock.json'), 'utf8'),
    }
  } finally {
    if (existsSync(directory)) rmSync(directory, { recursive: true })
  }
}
