import { test } from '@japa/runner'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'

test.group('The invariants of a deployment', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  test('are seen broken, each of them', async ({ assert }) => {
    const project = stage.project({
      ...{ slug: 'held', runtime: 'process', startCommand: 'node server.js' },
    })
    await stage.git.publish('held', nodeApp('one'), 'one')
    const former = await stage.deploy(project)
    const { releaseId } = await stage.deploy(project)
    const holds = (id: string | null = releaseId, seen = {}) =>
      assertInvariants(stage, project, id, seen)
    await holds()
    await assert.rejects(() => holds(former.releaseId), /the link names the live release/)
    await assert.rejects(() => holds(null), /no release is live/)
    const answers = [
      { status: 200, body: 'one' },
      { status: 502, body: 'bad' },
    ]
    await assert.rejects(() => holds(releaseId, { answers }), /visitors saw no error/)
    const seen = { answers: answers.slice(0, 1), bodies: ['two'] }
    await assert.rejects(() => holds(releaseId, seen), /only the releases there were/)

    const meta = `/srv/muster/held/meta/${releaseId}`
    const site = '/etc/nginx/conf.d/muster-held'
    const units = '/etc/systemd/system/muster-held'
    const unsealed = '/srv/muster/held/releases/01ARZ3NDEKTSV4RRFFQ69G5FAV'
    const broken: [string, string, RegExp][] = [
      [`mkdir ${unsealed}`, `rmdir ${unsealed}`, /left over/],
      [`rm ${meta}/sealed`, `touch ${meta}/sealed`, /left over/],
      [`rm ${meta}/good`, `touch ${meta}/good`, /found good/],
      [`touch ${site}.candidate.conf`, `rm ${site}.candidate.conf`, /left over/],
      [`touch ${units}-a.service`, `rm ${units}-a.service`, /only units of the live slot/],
      [`touch ${units}-a.socket`, `rm ${units}-a.socket`, /only units of the live slot/],
      [
        'systemd-run --quiet --unit=marked --setenv=MUSTER_RUN=x sleep 1000',
        'systemctl stop marked',
        /mark of a run/,
      ],
      [
        `sed -i.kept 's/^# muster release=.*/# muster release=${former.releaseId} slot=b/' ${site}.live.conf`,
        `mv ${site}.live.conf.kept ${site}.live.conf`,
        /the live file names the same/,
      ],
      [
        `sed -i.kept 's/default ${releaseId};/default ${former.releaseId};/' ${site}.live.conf; systemctl restart nginx`,
        `mv ${site}.live.conf.kept ${site}.live.conf; systemctl restart nginx`,
        /it is what nginx serves/,
      ],
    ]
    for (const [damage, repair, words] of broken) {
      stage.host.inside(['sh', '-c', damage])
      await assert.rejects(() => holds(), words)
      stage.host.inside(['sh', '-c', repair])
    }
    await holds()
  })

  test('where nothing is live are seen broken, too', async ({ assert }) => {
    const project = stage.project({ slug: 'none' })
    const holds = () => assertInvariants(stage, project, null)
    await holds()
    for (const path of [
      '/etc/nginx/conf.d/muster-none.conf',
      '/etc/systemd/system/muster-none.worker.1.service',
    ]) {
      stage.host.inside(['touch', path])
      await assert.rejects(holds, /no release is live/)
      stage.host.inside(['rm', path])
    }
    await holds()
  })
})
