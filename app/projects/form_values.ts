import { typedLines } from '#app/core/line_breaks'
import type { RefKind } from '#app/projects/models/project'

interface SentSource {
  repositoryUrl: string
  branch: string
  refKind?: RefKind
  sourceDirectory?: string | null
  accessUser?: string | null
  accessToken?: string | null
}

/**
 * The fields of a form that say where code comes from, as a source of their own.
 */
export function withSource<T extends SentSource>(input: T) {
  const { repositoryUrl, branch, refKind, sourceDirectory, accessUser, accessToken, ...rest } =
    input
  return {
    ...rest,
    source: {
      ...{ repositoryUrl, branch },
      refKind: refKind ?? ('branch' as const),
      sourceDirectory: sourceDirectory ?? null,
      accessUser: accessUser ?? null,
      accessToken: accessToken ?? null,
    },
  }
}

/**
 * What a form left empty, as nothing.
 */
export function withBlanks<T extends { buildCommands?: string | null }>(input: T) {
  const blanks: { startCommand: string | null; publicDirectory: string | null } = {
    startCommand: null,
    publicDirectory: null,
  }
  return { ...blanks, ...input, buildCommands: typedLines(input.buildCommands ?? null) }
}
