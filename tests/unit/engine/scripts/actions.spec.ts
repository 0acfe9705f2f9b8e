import { test } from '@japa/runner'
import { compileScript } from '#engine/detached/script'
import { installDocker } from '#engine/scripts/actions/install_docker'
import { ping } from '#engine/scripts/actions/ping'
import { rebootScript } from '#engine/scripts/actions/reboot'
import { restartService } from '#engine/scripts/actions/restart_service'
import { updatePackages } from '#engine/scripts/actions/update_packages'
import { readyActionList } from '#app/bulk_runs/ready_actions'

const nonce = 'n'.repeat(24)

test.group('Plans of ready actions', () => {
  test('an upgrade is not cut in two, asks nothing and removes nothing', ({ assert }) => {
    const steps = updatePackages()
    assert.deepEqual(
      steps.map(({ name, critical }) => [name, critical ?? false]),
      [
        ['lists', false],
        ['upgrade', true],
        ['report', false],
      ]
    )
    const text = compileScript(steps, { nonce })
    assert.include(text, 'noninteractive')
    assert.include(text, '--force-confold')
    assert.include(text, `'DPkg::Lock::Timeout=300'`)
    assert.notMatch(text, /dist-upgrade|full-upgrade|autoremove|--allow/)
  })

  test('a service is one word whatever it is, or refused', ({ assert }) => {
    const text = compileScript(restartService({ service: 'nginx' }), { nonce })
    assert.include(text, `restart -- 'nginx.service'`)
    assert.include(
      compileScript(restartService({ service: 'a.service' }), { nonce }),
      `'a.service'`
    )
    assert.throws(() => restartService({ service: '--help' }))
    assert.throws(() => restartService({ service: 'a; reboot' }))
  })

  test('a restart that does not happen is no success', ({ assert }) => {
    assert.match(rebootScript(), /reboot[^]*sleep 300[^]*exit 75\n$/)
  })

  test('all of them make a script', ({ assert }) => {
    for (const steps of [ping(), installDocker(), updatePackages()]) {
      assert.include(compileScript(steps, { nonce }), 'muster_main')
    }
  })

  test('what interrupts or changes much asks first', ({ assert }) => {
    const asking = readyActionList.filter(({ asksFirst }) => asksFirst).map(({ name }) => name)
    assert.sameMembers(asking, ['restart', 'update', 'reboot'])
  })

  test('say in words what came of them, and nothing when nothing was announced', ({ assert }) => {
    const notes = Object.fromEntries(readyActionList.map((action) => [action.name, action]))
    assert.equal(notes.ping.note({ uptime: '93784' }), 'Up 1 d 2 h')
    assert.equal(notes.reboot.note({ back_after: '38' }), 'Back after 38 s')
    assert.equal(notes.update.note({ upgraded: '0', reboot_required: 'no' }), 'Up to date')
    assert.equal(
      notes.update.note({ upgraded: '3', reboot_required: 'yes' }),
      '3 packages, restart needed'
    )
    for (const { note } of readyActionList) assert.isNull(note({}))
  })
})
