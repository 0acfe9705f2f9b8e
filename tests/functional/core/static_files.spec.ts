import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import string from '@adonisjs/core/helpers/string'

test.group('Files of the panel', () => {
  test('are served as they are, to whoever asks', async ({ client, assert }) => {
    const response = await client.get('/favicon.svg')
    response.assertStatus(200)
    assert.include(response.header('content-type'), 'image/svg+xml')
    assert.include(response.header('cache-control'), 'max-age=0')
    const again = await client.get('/favicon.svg').header('if-none-match', response.header('etag')!)
    again.assertStatus(304)
  })

  test('are not asked for again when they are named after their content', async ({
    client,
    assert,
    cleanup,
  }) => {
    const name = `probe-${string.random(8)}.css`
    mkdirSync(app.publicPath('assets'), { recursive: true })
    writeFileSync(app.publicPath('assets', name), 'p {}')
    cleanup(() => rmSync(app.publicPath('assets', name)))
    const response = await client.get(`/assets/${name}`)
    response.assertStatus(200)
    assert.include(response.header('cache-control'), 'immutable')
  })

  test('are all that is served of their directory', async ({ client }) => {
    for (const path of ['/assets', '/assets/', '/../package.json', '/%2e%2e/package.json']) {
      const response = await client.get(path).redirects(0)
      response.assertStatus(404)
    }
  })
})
