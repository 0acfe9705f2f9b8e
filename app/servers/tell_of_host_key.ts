import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify } from '#app/notifications/notify'
import type Server from '#app/servers/models/server'
import { peopleWho } from '#app/teams/queries/people_who'

/**
 * Has those who manage servers told that one shows another host key than the pinned one, once each
 * time it is found.
 */
export async function tellOfHostKey(
  { id, teamId, name, host, port, statusSince }: Server,
  trx: TransactionClientContract
): Promise<void> {
  const people = await peopleWho('servers.manage', teamId, trx)
  await notify(
    {
      ...{ teamId, subject: { type: 'server', id }, event: `host key ${statusSince.toMillis()}` },
      ability: 'servers.manage',
      title: `Critical: ${name} shows another host key`,
      paragraphs: [
        `${name} (${host}, port ${port}) shows another host key than the one that is pinned. Muster has not logged in, and talks to it no more until someone compares the fingerprints.`,
        'If it was installed anew or given new keys on purpose, pin the new key. If not, somebody may be in between: look into that first.',
      ],
      link: { label: 'Compare the fingerprints', path: `/servers/${id}/host-key` },
    },
    people.map(({ user }) => user.id),
    trx
  )
}
