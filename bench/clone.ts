import { copyFileSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { executeAsync } from '#tests/fleet/execute'

const root = join(import.meta.dirname, '..')

/**
 * Clones this repository to `target` and brings what is not committed yet along: the tree as it
 * would be if it were committed now.
 */
export async function cloneTree(target: string): Promise<string> {
  await executeAsync(['git', 'clone', '--quiet', '--no-hardlinks', root, target])
  const list = ['git', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = await executeAsync(list)
  for (const file of files.split('\0').filter(Boolean)) copy(file, target)
  return target
}

function copy(file: string, target: string): void {
  const to = join(target, file)
  if (!existsSync(join(root, file))) return rmSync(to, { force: true })
  if (!lstatSync(join(root, file)).isFile()) return
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(join(root, file), to)
}
