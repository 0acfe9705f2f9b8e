import { test } from '@japa/runner'
import { outlineOf } from '#engine/detached/script'
import { compilePrepare, prepareServer } from '#engine/provision/prepare_server'

test.group('The plan of a preparation', () => {
  const text = (runtimes: ('static' | 'process')[]) =>
    compilePrepare(prepareServer({ runtimes }), { nonce: 'n'.repeat(24) })

  test('names its steps', ({ assert }) => {
    const { steps } = prepareServer({ runtimes: ['static'] })
    assert.deepEqual(
      outlineOf(steps).map(({ name }) => name),
      ['check', 'packages', 'nginx', 'directories', 'versions']
    )
  })

  test('has Node in it only where a process needs it', ({ assert }) => {
    assert.notInclude(text(['static']), `'nodejs'`)
    assert.include(text(['static', 'process']), `'nodejs'`)
  })
})
