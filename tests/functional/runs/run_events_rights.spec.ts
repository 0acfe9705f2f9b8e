import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import SignIn from '#app/auth/models/sign_in'
import type Run from '#app/runs/models/run'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type User from '#app/users/models/user'
import { readEvents } from '#tests/support/event_stream'
import {
  appendLog,
  createMember,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** How long a stream may go on after its reader's rights, in milliseconds: far above the 5 s of a check. */
const PATIENCE = 20_000

test.group('Events of a run whose reader loses a right', (group) => {
  let tenant: Tenant
  let run: Run

  group.tap((each) => each.timeout(60_000))
  group.setup(async () => {
    tenant = await createTenant()
    run = await createRun(tenant, await createServer(tenant), { state: 'running' })
    await appendLog(run, 'line\n')
  })

  /** Opens the stream as a member, waits for its first log, then changes something. */
  async function open(reader: User, change: (member: Membership) => Promise<unknown>) {
    const visitor = new Visitor()
    await visitor.logIn(reader)
    const member = await Membership.query().where('user_id', reader.id).firstOrFail()
    const signal = AbortSignal.timeout(PATIENCE)
    const response = await visitor.get(`/runs/${run.id}/events`, { signal })
    const seen: string[] = []
    for await (const { event } of readEvents(response)) {
      seen.push(event)
      if (event === 'log') await change(member)
    }
    return seen
  }

  const LOSSES: Record<string, (reader: User, member: Membership) => Promise<unknown>> = {
    'the sign-in was ended': (reader) =>
      SignIn.query().where('user_id', reader.id).update({ endedAt: Date.now() }),
    'the person was deactivated': (reader) =>
      reader.merge({ deactivatedAt: DateTime.utc() }).save(),
    'the person left the team': (_, member) => member.delete(),
    'the person left the team and has another': async (reader, member) => {
      const team = await Team.create({ name: 'Another' })
      await Membership.create({ teamId: team.id, userId: reader.id, role: 'owner' })
      await member.delete()
    },
    'the person was restricted to other things': (_, member) =>
      member.merge({ restricted: true }).save(),
  }

  test('end soon, without an end of the run', async ({ assert }) => {
    const entries = Object.entries(LOSSES).map(async ([name, lose]) => {
      const reader = await createMember(tenant.team, 'viewer')
      const seen = await open(reader, (member) => lose(reader, member)).catch(() => ['never ended'])
      return [name, seen.at(-1)] as const
    })
    const ended = Object.keys(LOSSES).map((name) => [name, 'log'])
    assert.deepEqual(await Promise.all(entries), ended)
  })

  test('go on for those who keep the right', async ({ assert }) => {
    const reader = await createMember(tenant.team, 'viewer')
    const seen = await open(reader, async (member) => {
      await member.merge({ restricted: true }).save()
      const grant = { teamId: tenant.team.id, membershipId: member.id, projectId: null }
      await Grant.create({ ...grant, serverId: run.serverId })
      setTimeout(() => {
        void run.merge({ state: 'succeeded', exitCode: 0, finishedAt: DateTime.utc() }).save()
      }, 7_000)
    })
    assert.equal(seen.at(-1), 'end')
    await run.merge({ state: 'running', exitCode: null, finishedAt: null }).save()
  })
})
