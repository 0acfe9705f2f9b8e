import { typedLines } from '#app/core/line_breaks'
import type { RefKind } from '#app/projects/models/project'
import { storedPaths, type TypedSettings } from '#app/projects/validators'

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

const BLANK = ['startCommand', 'publicDirectory', 'phpVersion', 'healthText'] as const

/**
 * What a form left empty, as nothing; what is typed as text, as it is stored.
 */
export function withBlanks<T extends TypedSettings>(input: T) {
  const blanks: Record<(typeof BLANK)[number], string | null> = {
    ...{ startCommand: null, publicDirectory: null, phpVersion: null, healthText: null },
  }
  const { sharedDirectories, sharedFiles, ...rest } = input
  return {
    ...blanks,
    ...rest,
    buildCommands: typedLines(input.buildCommands ?? null),
    beforeSwitch: typedLines(input.beforeSwitch ?? null),
    afterSwitch: typedLines(input.afterSwitch ?? null),
    sharedDirectories: storedPaths(sharedDirectories),
    sharedFiles: storedPaths(sharedFiles),
  }
}
