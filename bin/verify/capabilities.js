import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What stages need of the machine: programs, each with the Debian package that brings it. None of
 * these packages starts a service.
 */
const PROGRAMS = {
  shells: { dash: 'dash', bash: 'bash', busybox: 'busybox' },
  mariadb: { mariadbd: 'mariadb-server-core', mariadb: 'mariadb-client-core' },
  chromium: { chromium: 'chromium' },
  go: { go: 'golang-go' },
  fleet: {
    'unshare': 'util-linux',
    'ip': 'iproute2',
    'ssh-keygen': 'openssh-client',
    'mmdebstrap': 'mmdebstrap',
    'git': 'git',
  },
}

const FLEET_QUESTION = `
  const { fleetSupport } = await import('#tests/fleet/support')
  process.stdout.write(JSON.stringify(fleetSupport()))
`

/**
 * Installs, where that can be done, the programs the needs stand for, and finds out what is
 * lacking all the same.
 *
 * @param {readonly string[]} needs of `shells`, `mariadb`, `chromium`, `go`, `fleet`
 * @returns {Promise<Record<string, string[]>>} for each need that cannot be met, the reasons
 */
export async function provide(needs, { processes, print }) {
  const unique = [...new Set(needs)]
  const packages = unique.flatMap((need) => missing(need).map(([, name]) => name))
  const problem = packages.length > 0 ? await install(packages, { processes, print }) : null
  const lacks = {}
  for (const need of unique) {
    const reasons = missing(need).map(([program, name]) => `${program} is missing (${name})`)
    if (reasons.length > 0 && problem) reasons.push(problem)
    if (need === 'fleet') reasons.push(...(await fleetProblems(processes)))
    if (reasons.length > 0) lacks[need] = reasons
  }
  return lacks
}

function missing(need) {
  return Object.entries(PROGRAMS[need]).filter(([program]) => {
    if (program === 'chromium' && process.env.CHROMIUM) return false
    const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin']
    return !directories.some((directory) => existsSync(join(directory, program)))
  })
}

/** Why the packages could not be installed, or null when they were. */
async function install(packages, { processes, print }) {
  const names = [...new Set(packages)]
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `install them, on Debian or Ubuntu by: sudo apt-get install ${names.join(' ')}`
  }
  print(`Installing with apt: ${names.join(' ')}`)
  const apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
  const options = { timeout: 15 * 60_000, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const commands = [
    [...apt, 'update'],
    [...apt, 'install', '-y', '--no-install-recommends', ...names],
  ]
  for (const command of commands) {
    const { code, output } = await processes.run(command, options)
    if (code !== 0) {
      print(output.trimEnd())
      return `apt-get ended with ${code ?? 'a signal'}; what it said is above`
    }
  }
  return null
}

async function fleetProblems(processes) {
  const { code, output } = await processes.run(
    [
      ...[processes.node, '--no-warnings', '--import=@poppinss/ts-exec'],
      ...['--input-type=module', '--eval', FLEET_QUESTION],
    ],
    { timeout: 60_000 }
  )
  if (code !== 0) return [`the fleet cannot be asked: ${output.trim().split('\n').at(-1)}`]
  const support = JSON.parse(output)
  return support.ok ? [] : support.reasons
}
