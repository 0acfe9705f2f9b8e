import { readRepositoryUrl } from '#engine/system/grammar'
import type { HostKey } from '#engine/ssh/host_key'
import GitHost from '#app/projects/models/git_host'
import type Project from '#app/projects/models/project'

/**
 * Host keys that the large git hosts publish, so that nobody has to compare them.
 * Sources: GitHub's "SSH key fingerprints", GitLab.com's "SSH host keys fingerprints", Bitbucket
 * Cloud's "Configure SSH and two-step verification", Codeberg's "Verifying you're connected to
 * Codeberg using SSH fingerprints".
 */
const published: Record<string, HostKey[]> = {
  'github.com': [
    {
      type: 'ssh-ed25519',
      key: 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    },
  ],
  'gitlab.com': [
    {
      type: 'ssh-ed25519',
      key: 'AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf',
    },
  ],
  'bitbucket.org': [
    {
      type: 'ssh-ed25519',
      key: 'AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO',
    },
  ],
  'codeberg.org': [
    {
      type: 'ssh-ed25519',
      key: 'AAAAC3NzaC1lZDI1NTE5AAAAIIVIC02vnjFyL+I4RHfvIGNtOgJMe769VTF1VR4EB3ZB',
    },
  ],
}

export interface GitHostPins {
  host: string
  port: number
  /** Empty until someone confirmed the host's key. */
  hostKeys: readonly HostKey[]
}

/**
 * Whether a repository is fetched with a deploy key.
 */
export function isOverSsh(repositoryUrl: string): boolean {
  return readRepositoryUrl(repositoryUrl)?.protocol === 'ssh'
}

/**
 * The git host of a project, or of a draft of one, and the keys it is pinned to; null when the project's repository is
 * not reached over ssh.
 */
export async function gitHostOf(
  project: Pick<Project, 'teamId' | 'repositoryUrl'>
): Promise<GitHostPins | null> {
  const address = addressOf(project)
  if (!address) return null
  const { host, port, known } = address
  if (known) return { host, port, hostKeys: known }
  const confirmed = await GitHost.within(project).where({ host, port }).first()
  return { host, port, hostKeys: confirmed?.hostKeys ?? [] }
}

/**
 * The ids of those projects of one team whose git host nobody has confirmed yet.
 */
export async function unconfirmedHosts(
  projects: readonly Pick<Project, 'id' | 'teamId' | 'repositoryUrl'>[]
): Promise<Set<string>> {
  if (projects.length === 0) return new Set()
  const rows = await GitHost.within(projects[0])
  const confirmed = rows.filter(({ hostKeys }) => hostKeys.length > 0)
  const isOpen = (project: Pick<Project, 'repositoryUrl'>) => {
    const address = addressOf(project)
    if (!address || address.known) return true
    return confirmed.some(({ host, port }) => host === address.host && port === address.port)
  }
  return new Set(projects.filter((project) => !isOpen(project)).map(({ id }) => id))
}

function addressOf({ repositoryUrl }: Pick<Project, 'repositoryUrl'>) {
  const address = readRepositoryUrl(repositoryUrl)
  if (address?.protocol !== 'ssh') return null
  const host = address.host.toLowerCase()
  const port = address.port ?? 22
  return { host, port, known: port === 22 ? published[host] : undefined }
}

/**
 * Whether nothing has to be confirmed before the repository is fetched.
 */
export async function isReachable(
  project: Pick<Project, 'teamId' | 'repositoryUrl'>
): Promise<boolean> {
  const gitHost = await gitHostOf(project)
  return gitHost === null || gitHost.hostKeys.length > 0
}

/**
 * The pins as lines of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 */
export function knownHostsLines({ host, port, hostKeys }: GitHostPins): string {
  const name = port === 22 ? host : `[${host}]:${port}`
  return hostKeys.map(({ type, key }) => `${name} ${type} ${key}\n`).join('')
}
