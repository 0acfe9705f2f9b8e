import { test } from '@japa/runner'
import { createTenant, createToken } from '#tests/support/tenants'

test.group('Requests without a session', () => {
  test('{$self} gives no cookie to those who have none')
    .with(['/health/live', '/health/ready', '/no-such-page', '/wp-login.php', '/api/v1/token'])
    .run(async ({ assert }, path) => {
      const response = await fetch(`${process.env.APP_URL}${path}`, {
        headers: { accept: 'text/html' },
      })
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.notEqual(response.status, 500)
    })

  test('an API token works without one', async ({ assert }) => {
    const { owner, team } = await createTenant()
    const { text } = await createToken(owner, team)
    const response = await fetch(`${process.env.APP_URL}/api/v1/token`, {
      headers: { authorization: `Bearer ${text}` },
    })
    assert.equal(response.status, 200)
    assert.deepEqual(response.headers.getSetCookie(), [])
  })

  test('a page that is not there still knows who is signed in', async ({ client }) => {
    const { owner } = await createTenant()
    const response = await client.get('/no-such-page').accept('html').loginAs(owner)
    response.assertStatus(404)
  })
})
