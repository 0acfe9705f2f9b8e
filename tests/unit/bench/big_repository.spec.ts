import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { bigRepository, changeOf, historyBytes } from '../../../bench/big_repository.js'
import { execute } from '#tests/fleet/execute'

const SIZE = { files: 150, fileBytes: 1000, changes: 2, changedFiles: 10 }

test.group('Big repository of the benchmarks', (group) => {
  let git: string[]

  group.each.setup(() => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-big-repository-'))
    git = ['git', '-C', directory]
    execute(['git', 'init', '--quiet', '--bare', '--initial-branch=main', directory])
    return () => rmSync(directory, { recursive: true })
  })

  const run = (...words: string[]) => execute([...git, ...words]).trim()
  const read = (stream: Buffer) => execute([...git, 'fast-import', '--quiet'], { input: stream })

  test('it has as many files and as much history as it says', ({ assert }) => {
    read(bigRepository(SIZE, { 'server.js': 'listen()\n' }))
    assert.equal(run('rev-list', '--count', 'main'), '3')
    assert.lengthOf(run('ls-tree', '-r', '--name-only', 'main').split('\n'), 151)
    assert.equal(run('show', 'main:server.js'), 'listen()')
    assert.equal(historyBytes(SIZE), 170_000)
    const kibibytes = Number(/^size-pack: (\d+)/m.exec(run('count-objects', '-v'))![1])
    assert.isAtLeast(kibibytes * 1024, 170_000)
    assert.lengthOf(run('diff', '--name-only', 'main~1', 'main').split('\n'), 10)
  })

  test('a change of it changes one file', ({ assert }) => {
    read(bigRepository(SIZE, { 'server.js': 'listen()\n' }))
    read(changeOf('server.js', 'serve()\n', 'Serve'))
    assert.equal(run('log', '-1', '--format=%s', 'main'), 'Serve')
    assert.equal(run('diff', '--name-only', 'main~1', 'main'), 'server.js')
    assert.equal(run('rev-list', '--count', 'main'), '4')
  })
})
