import { type Source } from '#engine/deploy/input'
import { type LabelledCommand } from '#engine/detached/script'
import { Secret } from '#engine/shell/secret'
import { type Command, sh } from '#engine/shell/command'
import { directory, writeFile } from '#engine/system/files'
import { credentialSettings, git, gitVariables } from '#engine/system/git'
import { asUser } from '#engine/system/users'

export interface Reader {
  /** Who runs git, and owns the mirror. */
  user: string
  home: string
  /** The bare mirror. */
  repository: string
  /** Directory for what opens the repository, in memory, there only while it is needed. */
  keys: string
}

/**
 * How a repository is fetched on a server: which files open it, and git with all of them. Keys and
 * tokens lie in memory, readable by the reader alone, and are on no command line, in no address
 * and in no configuration. Descriptor 7 locks them as long as they are in use; it and the lock of a
 * project (descriptor 8) are closed for git.
 */
export class RepositoryAccess {
  readonly #source: Source
  readonly #reader: Reader

  constructor(source: Source, reader: Reader) {
    this.#source = source
    this.#reader = reader
  }

  /** Writes what opens the repository, and makes the mirror if it is not there. */
  open(): LabelledCommand[] {
    const { deployKey, knownHosts, accessToken } = this.#source
    const { user, keys } = this.#reader
    const readable = { mode: '0640', group: user }
    const own = { mode: '0600', owner: user, group: user }
    const credential = accessToken && credentialText(accessToken)
    return [
      { command: directory('/run/muster', '0711') },
      {
        command: sh`install -d -m 0750 -o root -g ${user} -- ${keys}
exec 7< ${keys}
flock -s 7`,
      },
      { command: writeFile(this.#knownHosts, knownHosts ?? '', readable) },
      ...(deployKey ? [{ command: writeFile(this.#key, deployKey, readable) }] : []),
      ...(credential ? [{ command: writeFile(this.#credential, credential, own) }] : []),
      { command: this.makeMirror() },
    ]
  }

  makeMirror(): Command {
    const { repository, user } = this.#reader
    return sh`if [ ! -d ${repository} ]; then
  ${directory(repository, '0700', user)}
  ${this.git(sh`init --quiet --bare`)}
fi`
  }

  /** Takes away what opened it. */
  close(): Command {
    return sh`rm -rf -- ${this.#reader.keys}
exec 7<&-`
  }

  /** Fetches the branch or tag into a ref of the mirror. */
  fetch(ref: string, options: readonly string[] = []): LabelledCommand {
    const { repositoryUrl, branch, refKind } = this.#source
    const from = refKind === 'tag' ? `refs/tags/${branch}` : `refs/heads/${branch}`
    return {
      command: this.git(
        sh`fetch --no-tags --no-write-fetch-head ${options} --end-of-options ${repositoryUrl} ${`+${from}:${ref}`}`
      ),
      label: `git fetch ${repositoryUrl} ${branch}`,
    }
  }

  /** git on the mirror, as the reader. */
  git(words: Command): Command {
    const { user, home, repository } = this.#reader
    const { repositoryUrl, accessToken, deployKey } = this.#source
    const settings = accessToken ? credentialSettings(repositoryUrl, this.#credential) : []
    const variables = gitVariables({
      repository,
      keyFile: deployKey ? this.#key : null,
      knownHostsFile: this.#knownHosts,
    })
    const command = git(repository, sh`${settings} ${words}`)
    return sh`${asUser({ user, home, variables }, command)} 7<&- 8>&-`
  }

  get #key() {
    return `${this.#reader.keys}/key`
  }

  get #knownHosts() {
    return `${this.#reader.keys}/known_hosts`
  }

  get #credential() {
    return `${this.#reader.keys}/credential`
  }
}

/** What a credential helper answers (git-credential(1), INPUT/OUTPUT FORMAT). */
function credentialText({ user, token }: NonNullable<Source['accessToken']>): Secret {
  return new Secret(`username=${user}\npassword=${token.reveal()}\n`)
}
