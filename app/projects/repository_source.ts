import type { Source } from '#engine/deploy/input'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { Secret } from '#engine/shell/secret'
import { refuse } from '#app/core/exceptions/refusal'
import { gitHostOf, isOverSsh, knownHostsLines } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'
import { isSameHost } from '#app/projects/repository_name'

/** What projects and drafts have in common: where code comes from, and what opens it. */
type Sourced = Pick<
  Project,
  | ('teamId' | 'repositoryUrl' | 'branch' | 'refKind' | 'sourceDirectory')
  | ('deployKey' | 'deployPublicKey' | 'accessUser' | 'accessToken')
>

/** As a form gives it; without a token, the one that is there stays. */
export interface SourceInput {
  repositoryUrl: string
  branch: string
  refKind: Project['refKind']
  sourceDirectory: string | null
  accessUser: string | null
  accessToken: string | null
}

/**
 * The repository as the engine reads it, with what opens it.
 */
export async function sourceOf(from: Sourced): Promise<Source> {
  const gitHost = await gitHostOf(from)
  const { repositoryUrl, branch, refKind, deployKey, accessUser, accessToken } = from
  return {
    ...{ repositoryUrl, branch, refKind },
    deployKey: gitHost ? deployKey : null,
    knownHosts: gitHost && knownHostsLines(gitHost),
    accessToken:
      !gitHost && accessUser && accessToken ? { user: accessUser, token: accessToken } : null,
  }
}

/**
 * What a form makes of a source: with a deploy key where it is reached over ssh, and with a token
 * where one is given. A token is for the host it was given for: it is not sent to another one
 * because someone changed the address.
 *
 * @param former as it is so far
 * @param keyName what the deploy key is called in its comment
 * @throws a refusal for `accessToken` or `accessUser`
 */
export function newSource(input: SourceInput, former: Sourced | null, keyName: string) {
  const { repositoryUrl, branch, refKind, sourceDirectory } = input
  const overSsh = isOverSsh(repositoryUrl)
  const keyPair = overSsh && !former?.deployKey ? generateKeyPair(keyName) : null
  const stays = former !== null && isSameHost(former.repositoryUrl, repositoryUrl)
  const kept = stays && input.accessUser !== null ? former.accessToken : null
  const accessToken = input.accessToken ? new Secret(input.accessToken) : kept
  if (overSsh && input.accessToken) {
    refuse('accessToken', 'Tokens are for https addresses. This one is opened by its deploy key.')
  }
  if (accessToken && input.accessUser === null) {
    refuse('accessUser', 'Say whose token it is. Some hosts take any name, such as "token".')
  }
  if (!overSsh && input.accessUser !== null && !accessToken) {
    refuse('accessToken', 'Give the token, or leave the user empty for a public repository.')
  }
  return {
    ...{ repositoryUrl, branch, refKind, sourceDirectory },
    accessUser: accessToken ? input.accessUser : null,
    accessToken,
    deployKey: keyPair?.privateKey ?? former?.deployKey ?? null,
    deployPublicKey: keyPair?.publicKey ?? former?.deployPublicKey ?? null,
  }
}
