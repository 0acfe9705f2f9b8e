import { all, Command, sh } from '#engine/shell/command'
import { assertForm } from '#engine/system/grammar'
import { spareUnits } from '#engine/system/needrestart'

/** Whatever else is at it, such as an unattended upgrade, is waited for; changed configuration stays. */
const OPTIONS = [
  '-q',
  ...['-o', 'DPkg::Lock::Timeout=300'],
  ...['-o', 'Dpkg::Options::=--force-confold'],
  ...['-o', 'Dpkg::Options::=--force-confdef'],
]

const QUIETLY = ['DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_MODE=a']

/**
 * Installs packages without a question (apt-get(8), apt.conf(5)).
 *
 * @param packages names of packages, or shell text that gives such names as words.
 */
export function installPackages(packages: readonly string[] | Command): Command {
  const names =
    packages instanceof Command
      ? packages
      : packages.map((name) => assertForm(isPackage, name, 'The package'))
  return all(
    spareUnits(),
    sh`env ${QUIETLY} apt-get ${OPTIONS} update`,
    sh`env ${QUIETLY} apt-get ${OPTIONS} -y --no-install-recommends install -- ${names}`
  )
}

/**
 * Finishes what an installation that was cut off has left half done; nothing otherwise. Unlike apt, dpkg
 * does not wait for its lock by itself.
 */
export function finishInstalling(): Command {
  return sh`tries=0
while ! said=$(env ${QUIETLY} dpkg --force-confold --force-confdef --configure -a 2>&1); do
  case $said in
    (*lock*) if [ "$tries" -lt 150 ]; then tries=$((tries + 1)); sleep 2; continue; fi ;;
  esac
  printf '%s\n' "$said"
  exit 100
done
if [ -n "$said" ]; then printf '%s\n' "$said"; fi`
}

/** Ends the script, in words, on a system without apt. */
export function needsApt(): Command {
  return sh`if ! command -v apt-get >/dev/null; then
  printf 'This server has no apt: Muster installs packages on Debian and Ubuntu.\\n'
  exit 69
fi`
}

/** Reads anew what the server's package sources offer. */
export function refreshPackages(): Command {
  return sh`env ${QUIETLY} apt-get ${OPTIONS} update`
}

/**
 * Upgrades what is installed, with packages that this needs anew and without removing any. What an
 * upgrade that was cut off has left is finished first.
 */
export function upgradePackages(): Command {
  return all(
    spareUnits(),
    finishInstalling(),
    sh`env ${QUIETLY} apt-get ${OPTIONS} -y --with-new-pkgs upgrade`
  )
}

/** The name of a package (Debian Policy, 5.6.1). */
function isPackage(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9][a-z0-9+.-]{1,100}$/.test(value)
}
