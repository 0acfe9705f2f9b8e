import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from '#tests/fleet/execute'

const DIRECTORIES = ['/usr/bin', '/usr/local/bin']

/** Whether a program is there, wherever packages put theirs. */
export function isInstalled(program: string): boolean {
  return DIRECTORIES.some((directory) => existsSync(join(directory, program)))
}

/** Installs Debian packages by apt. Raises ExecutionFailed. */
export function installPackages(packages: readonly string[], say: (line: string) => void): void {
  say(`Installing with apt: ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
  execute([...apt, 'update'], { env })
  execute([...apt, 'install', '-y', '--no-install-recommends', ...packages], { env })
}
