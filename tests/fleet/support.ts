import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { cgroupProblem } from '#tests/fleet/cgroups'
import { progress } from '#tests/fleet/cache'
import { execute } from '#tests/fleet/execute'

export type FleetSupport = { ok: true } | { ok: false; reasons: string[] }

const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21, CAP_MKNOD: 27 }
const NAMESPACES = ['mnt', 'uts', 'ipc', 'net', 'pid', 'cgroup', 'time']

/** Commands the fleet runs on the machine, and the Debian package that brings each. */
const TOOLS = {
  'unshare': 'util-linux',
  'nsenter': 'util-linux',
  'setpriv': 'util-linux',
  'ip': 'iproute2',
  'ssh-keygen': 'openssh-client',
  'mmdebstrap': 'mmdebstrap',
}

/** Whether a fleet can run on this machine; if not, each reason in words. */
export function fleetSupport(): FleetSupport {
  if (process.platform !== 'linux') return refuse('hosts need Linux namespaces')
  if (process.getuid?.() !== 0) return refuse('hosts are made by root: run the tests as root')

  const reasons: string[] = []
  const held = BigInt(`0x${/CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]}`)
  for (const [name, bit] of Object.entries(CAPABILITIES)) {
    if (!((held >> BigInt(bit)) & 1n)) reasons.push(`root lacks ${name}, as in a plain container`)
  }
  for (const name of NAMESPACES) {
    if (!existsSync(`/proc/self/ns/${name}`)) reasons.push(`the kernel has no ${name} namespace`)
  }
  const cgroups = cgroupProblem()
  if (cgroups) reasons.push(cgroups)
  if (missingPackages().length > 0 && !find('apt-get')) {
    reasons.push(`missing and not installable by apt: ${missingPackages().join(', ')}`)
  }
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true }
}

/** Raises an error that names every reason when a fleet cannot run here. */
export function requireFleetSupport(): void {
  const support = fleetSupport()
  if (!support.ok) {
    throw new Error(
      `The test fleet cannot run here:\n${support.reasons.map((r) => `- ${r}`).join('\n')}`
    )
  }
}

/** Installs, by the machine's own apt, what the fleet needs and the machine lacks. */
export function installTools(): void {
  const packages = missingPackages()
  if (packages.length === 0) return
  progress(`installing ${packages.join(' ')} on this machine`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const patient = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
  execute([...patient, 'update'], { env })
  execute([...patient, 'install', '-y', '--no-install-recommends', ...packages], { env })
}

function missingPackages(): string[] {
  const missing = Object.entries(TOOLS).filter(([tool]) => !find(tool))
  return [...new Set(missing.map(([, name]) => name))]
}

function find(tool: string): boolean {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin']
  return directories.some((directory) => existsSync(path.join(directory, tool)))
}

function refuse(reason: string): FleetSupport {
  return { ok: false, reasons: [reason] }
}
