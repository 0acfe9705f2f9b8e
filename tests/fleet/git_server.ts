import { type Host, type HostKey } from '#tests/fleet/host'

const ROOT = '/srv/git'
const AUTHORIZED_KEYS = `${ROOT}/.ssh/authorized_keys`

/** A file of a commit: its content, executable if it begins with `#!`, or where a symbolic link points. */
export type CommittedFile = string | Buffer | { link: string }

/**
 * Git repositories on one host of a fleet, as a code hosting site offers them: cloned by ssh as user `git`
 * with a deploy key, which reads and never writes. The host's image must hold git; both do.
 */
export class GitServer {
  readonly host: Host

  private constructor(host: Host) {
    this.host = host
  }

  /** Turns `host` into a git server without repositories or keys. */
  static async on(host: Host): Promise<GitServer> {
    const user = [
      '--system',
      '--shell',
      '/usr/bin/git-shell',
      '--home-dir',
      ROOT,
      '--password',
      '*',
    ]
    await host.insideAsync(['useradd', ...user, '--user-group', 'git'])
    await host.insideAsync(['install', '-d', '-m', '755', ROOT])
    await host.insideAsync(['install', '-d', '-m', '700', '-o', 'git', `${ROOT}/.ssh`])
    await host.insideAsync(['install', '-m', '600', '-o', 'git', '/dev/null', AUTHORIZED_KEYS])
    // Repositories belong to root, so that user git cannot write; git asks for leave to read them.
    await host.insideAsync(['git', 'config', '--system', '--add', 'safe.directory', '*'])
    return new GitServer(host)
  }

  /** The key to pin for this server. */
  get hostKey(): HostKey {
    return this.host.hostKey
  }

  /** `ssh://git@<address>/srv/git/<name>.git` */
  url(name: string): string {
    return `ssh://git@${this.host.address}${repository(name)}`
  }

  /** Lets the holder of a key, given as an authorized_keys line, read every repository. */
  async authorize(publicKey: string): Promise<void> {
    const append = ['tee', '--append', AUTHORIZED_KEYS]
    await this.host.insideAsync(append, `restrict ${publicKey.trim()}\n`)
  }

  /** Takes every key's right to read away. */
  async revokeAll(): Promise<void> {
    await this.host.insideAsync(['truncate', '--size', '0', AUTHORIZED_KEYS])
  }

  /**
   * Commits `files`, by path, as the whole tree on top of a branch (`main` unless said) and returns the
   * commit's sha. Repository and branch are made when they are not there.
   */
  async publish(
    name: string,
    files: Record<string, CommittedFile>,
    message: string,
    { branch = 'main' } = {}
  ): Promise<string> {
    const path = repository(name)
    const ref = `refs/heads/${branch}`
    await this.#makeRepository(path)
    const git = ['git', '-C', path]
    const heads = await this.host.insideAsync([...git, 'for-each-ref', '--format=%(refname)'])
    const parent = heads.split('\n').includes(ref)
    await this.#read(path, commitStream(ref, parent, files, message))
    const sha = await this.host.insideAsync([...git, 'rev-parse', '--verify', ref])
    return sha.trim()
  }

  /** Reads commits in the format of git-fast-import(1) into a repository, made when it is not there. */
  async import(name: string, stream: Buffer): Promise<void> {
    await this.#makeRepository(repository(name))
    await this.#read(repository(name), stream)
  }

  /** Removes a branch, as a force push or a merge would. */
  async removeBranch(name: string, branch: string): Promise<void> {
    const ref = `refs/heads/${branch}`
    await this.host.insideAsync(['git', '-C', repository(name), 'update-ref', '-d', ref])
  }

  async #read(path: string, stream: Buffer): Promise<void> {
    await this.host.insideAsync(['git', '-C', path, 'fast-import', '--quiet'], stream)
  }

  async #makeRepository(path: string): Promise<void> {
    await this.host.insideAsync(['git', 'init', '--quiet', '--bare', '--initial-branch=main', path])
  }
}

function repository(name: string): string {
  return `${ROOT}/${name}.git`
}

/** One commit in the format of git-fast-import(1). */
function commitStream(
  ref: string,
  parent: boolean,
  files: Record<string, CommittedFile>,
  message: string
): Buffer {
  const parts = [
    `commit ${ref}\n`,
    `committer Fleet <fleet@example.com> ${Math.floor(Date.now() / 1000)} +0000\n`,
    data(message),
    parent ? `from ${ref}^0\ndeleteall\n` : '',
    ...Object.entries(files).flatMap(([path, file]) => [
      `M ${mode(file)} inline ${JSON.stringify(path)}\n`,
      data(typeof file === 'object' && 'link' in file ? file.link : file),
    ]),
  ]
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')])
}

function mode(file: CommittedFile): string {
  if (typeof file === 'object' && 'link' in file) return '120000'
  return file.toString().startsWith('#!') ? '100755' : '100644'
}
