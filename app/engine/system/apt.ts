import { all, type Command, sh } from '#engine/shell/command'
import { assertForm } from '#engine/system/grammar'

const OPTIONS = [
  '-q',
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Dpkg::Options::=--force-confold',
  '-o',
  'Dpkg::Options::=--force-confdef',
]

/**
 * Installs packages without a question, waiting up to 5 minutes for whoever else is at it, such
 * as an unattended upgrade (apt-get(8), apt.conf(5)). Configuration files that someone changed stay.
 */
export function installPackages(packages: readonly string[]): Command {
  const names = packages.map((name) => assertForm(isPackage, name, 'The package'))
  return all(
    sh`env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get ${OPTIONS} update`,
    sh`env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get ${OPTIONS} -y --no-install-recommends install -- ${names}`
  )
}

/** The name of a package (Debian Policy, 5.6.1). */
function isPackage(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9][a-z0-9+.-]{1,100}$/.test(value)
}
