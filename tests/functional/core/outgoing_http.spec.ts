import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'
import { OutgoingHttp } from '#engine/egress/outgoing_http'
import { CountingServer } from '#tests/support/counting_server'
import { egressFailure } from '#tests/support/egress'

test.group('Outgoing HTTP of the panel', () => {
  test('S5: reaches nothing private while no administrator has allowed it', async ({
    assert,
    cleanup,
  }) => {
    const server = await CountingServer.start()
    cleanup(() => server.stop())
    const gate = await app.container.make(OutgoingHttp)
    const error = await egressFailure(gate.request({ url: `http://127.0.0.1:${server.port}/` }))
    assert.equal(error.code, 'E_EGRESS_REFUSED')
    assert.equal(server.connections, 0)
  })

  test('goes through one gate', async ({ assert }) => {
    assert.strictEqual(
      await app.container.make(OutgoingHttp),
      await app.container.make(OutgoingHttp)
    )
  })
})
