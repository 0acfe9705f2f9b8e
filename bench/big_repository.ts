import { randomBytes } from 'node:crypto'
import type { Tree } from '#tests/demo/samples'

const BRANCH = 'refs/heads/main'
const FILES_A_DIRECTORY = 100

/** How big a repository is: files of the latest commit, and what the commits before it changed. */
export interface RepositorySize {
  files: number
  fileBytes: number
  /** Commits after the first, and files that each changes. */
  changes: number
  changedFiles: number
}

/** Bytes of all the contents that a repository of that size holds. */
export function historyBytes({ files, fileBytes, changes, changedFiles }: RepositorySize): number {
  return (files + changes * changedFiles) * fileBytes
}

/**
 * A repository whose contents do not compress, in the format of git-fast-import(1).
 *
 * @param tree files of the first commit beside the many
 */
export function bigRepository(size: RepositorySize, tree: Tree): Buffer {
  const { files, fileBytes, changes, changedFiles } = size
  const random = (number: number) => file(pathOf(number), randomBytes(fileBytes))
  const parts = commit('Begin')
  for (const [path, content] of Object.entries(tree)) parts.push(...file(path, content))
  for (let number = 0; number < files; number++) parts.push(...random(number))
  for (let change = 0; change < changes; change++) {
    parts.push(...commit(`Change ${change + 1}`))
    for (let count = 0; count < changedFiles; count++) {
      parts.push(...random((change * changedFiles + count) % files))
    }
  }
  return joined(parts)
}

/** One more commit on top of it, which changes one file. */
export function changeOf(path: string, content: string, message: string): Buffer {
  return joined([...commit(message), `from ${BRANCH}^0\n`, ...file(path, content)])
}

function commit(message: string): (string | Buffer)[] {
  const when = Math.floor(Date.now() / 1000)
  const committer = `committer Bench <bench@example.com> ${when} +0000\n`
  return [`commit ${BRANCH}\n`, committer, ...data(message)]
}

function file(path: string, content: string | Buffer): (string | Buffer)[] {
  return [`M 100644 inline ${path}\n`, ...data(content)]
}

function data(content: string | Buffer): (string | Buffer)[] {
  const bytes = Buffer.from(content)
  return [`data ${bytes.length}\n`, bytes, '\n']
}

function pathOf(number: number): string {
  return `data/${Math.floor(number / FILES_A_DIRECTORY)}/${number % FILES_A_DIRECTORY}.bin`
}

function joined(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}
