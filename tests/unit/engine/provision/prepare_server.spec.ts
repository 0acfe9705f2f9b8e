import { test } from '@japa/runner'
import { outlineOf } from '#engine/detached/script'
import { compilePrepare, prepareServer, type Software } from '#engine/provision/prepare_server'

test.group('The plan of a preparation', () => {
  const text = (software: Software[]) =>
    compilePrepare(prepareServer({ software }), { nonce: 'n'.repeat(24) })

  test('names its steps', ({ assert }) => {
    const { steps } = prepareServer({ software: [] })
    assert.deepEqual(
      outlineOf(steps).map(({ name }) => name),
      ['check', 'packages', 'nginx', 'directories', 'versions']
    )
  })

  test('has Node in it only where a process needs it', ({ assert }) => {
    assert.notInclude(text([]), `'nodejs'`)
    assert.include(text(['node']), `'nodejs'`)
  })
})
