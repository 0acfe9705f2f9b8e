import { join } from 'node:path'
import { installPackages, isInstalled } from '../packages.js'

/** What Muster is compared with, and the Debian package that brings each. */
const PEERS = {
  'ansible': 'ansible-core',
  'clush': 'clustershell',
  'parallel-ssh': 'pssh',
  'ssh': 'openssh-client',
}

/** Installs by apt what is missing of them. */
export function installPeers(say: (line: string) => void): void {
  const packages = Object.entries(PEERS)
    .filter(([name]) => !isInstalled(name))
    .map(([, name]) => name)
  if (packages.length > 0) installPackages(packages, say)
}

/** A peer's way to run `uptime` on every host, by the connections that an ssh_config says. */
export interface Peer {
  name: string
  argv: readonly string[]
  env: NodeJS.ProcessEnv
}

/** What peers read: paths of files that `SshFiles` writes. */
interface Sources {
  config: string
  hosts: string
  inventory: string
  /** A directory for what they write themselves. */
  scratch: string
}

/** So many hosts at a time, for each of them. */
const AT_ONCE = '50'

/** clush (clustershell), pssh (Debian calls it parallel-ssh) and ansible. */
export function peersBy({ config, hosts, inventory, scratch }: Sources): Record<string, Peer> {
  const env = { PATH: process.env.PATH, HOME: scratch, LANG: 'C.UTF-8' }
  const ansible = {
    ANSIBLE_SSH_ARGS: `-F ${config}`,
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_LOCAL_TEMP: join(scratch, 'ansible'),
    ANSIBLE_NOCOLOR: '1',
  }
  return {
    clush: {
      name: 'clush',
      argv: ['clush', '-o', `-F ${config}`, '-f', AT_ONCE, '-S', '--hostfile', hosts, 'uptime'],
      env,
    },
    pssh: {
      name: 'pssh',
      argv: ['parallel-ssh', '-x', `-F ${config}`, '-p', AT_ONCE, '-i', '-h', hosts, 'uptime'],
      env,
    },
    ansible: {
      name: 'ansible',
      argv: ['ansible', 'all', '-i', inventory, '-f', AT_ONCE, '-m', 'command', '-a', 'uptime'],
      env: { ...env, ...ansible },
    },
  }
}
