import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify } from '#app/notifications/notify'
import { warningStages } from '#app/ssh_keys/expiry'
import type PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import Membership from '#app/teams/models/membership'
import { peopleWho } from '#app/teams/queries/people_who'

/**
 * Has those who manage the keys of teams, and the person whose key it is, told that it expires;
 * nothing on the day itself.
 *
 * @param stage of the warnings, from 1
 */
export async function tellOfExpiry(
  key: SshKey | PublicKey,
  stage: number,
  teamIds: readonly string[],
  trx: TransactionClientContract
): Promise<void> {
  if (stage === warningStages.length) return
  const isPair = key instanceof SshKey
  const day = key.expiresAt!.toISODate()!
  const what = isPair
    ? `The key pair ${key.name}`
    : `The SSH key ${key.name} of ${key.user.fullName}`
  const notice = {
    subject: { type: key.asSubject.type, id: key.id },
    event: `expires ${day}, warning ${stage}`,
    title: `A key expires on ${day}`,
    paragraphs: [
      `${what} expires on ${day}.`,
      isPair
        ? 'Nothing is cut off then. Rotate it in time: servers change to a new key one by one.'
        : 'Add another key and have it installed, if it is still needed.',
    ],
    link: { label: 'See the key', path: `/${isPair ? 'ssh-keys' : 'people-keys'}/${key.id}` },
  }
  for (const teamId of teamIds) {
    const people = await peopleWho('keys.manage', teamId, trx)
    const told = people.map(({ user }) => user.id)
    await notify({ ...notice, teamId, ability: 'keys.manage' }, told, trx)
  }
  if (isPair) return
  const owner = await Membership.query({ client: trx }).where('user_id', key.userId).first()
  if (!owner) return
  await notify({ ...notice, teamId: owner.teamId, ability: 'keys.view' }, [key.userId], trx)
}
