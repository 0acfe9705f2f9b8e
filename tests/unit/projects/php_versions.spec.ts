import { test } from '@japa/runner'
import type { ServerFacts } from '#engine/facts/facts'
import { phpVersions } from '#app/projects/php_versions'

const server = (name: string, php: string | null) => ({
  name,
  facts: { versions: { php } } as ServerFacts,
})

test.group('Versions of PHP to choose from', () => {
  test('are those that distributions bring, newest first', ({ assert }) => {
    const values = phpVersions([]).map(({ value }) => value)
    assert.deepEqual(values, ['8.4', '8.3', '8.2', '8.1', '7.4'])
  })

  test('say on which of the servers they are', ({ assert }) => {
    const servers = [
      ...[server('web-1', '8.2, 8.10'), server('web-2', '8.2'), server('db-1', null)],
      { name: 'new', facts: null },
    ]
    const [first, ...others] = phpVersions(servers)
    assert.deepEqual(first, { value: '8.10', label: '8.10, on web-1' })
    assert.deepInclude(others, { value: '8.2', label: '8.2, on web-1 and web-2' })
    assert.deepInclude(others, { value: '8.3', label: '8.3' })
  })

  test('have the one that is chosen, though nobody has it', ({ assert }) => {
    assert.deepInclude(phpVersions([], '5.6'), { value: '5.6', label: '5.6' })
    assert.lengthOf(phpVersions([], '8.2'), 5)
  })

  test('are versions alone, whatever a server said', ({ assert }) => {
    const values = phpVersions([server('evil', '8.2, <b>, 8.2;reboot, ../8.1')])
    assert.lengthOf(values, 5)
  })
})
