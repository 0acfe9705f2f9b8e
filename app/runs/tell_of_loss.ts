import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Notification from '#app/notifications/models/notification'
import { notify } from '#app/notifications/notify'
import Run from '#app/runs/models/run'
import type { RunSubject } from '#app/runs/run_handler'
import type { RunFailure } from '#app/runs/states'
import { peopleWho } from '#app/teams/queries/people_who'

/** A person hears of one lost run of a kind in so long: servers are seldom lost alone. */
const QUIET_MS = 60 * 60_000

/**
 * Has the person who began a run told that it was lost sight of; when there is none who still sees
 * it, those who manage servers.
 *
 * @param subject what they are told about, once, however many of its runs are lost
 * @param failure why, in words
 */
export async function tellOfLoss(
  run: Run,
  subject: RunSubject,
  failure: RunFailure | null,
  trx: TransactionClientContract
): Promise<void> {
  const { type, id, path } = subject
  const event = `lost ${run.kind}`.slice(0, 40)
  const told = await toldPeople(run, trx)
  const heard = await Notification.within(run, { client: trx })
    .where({ subjectType: type, event })
    .where('created_at', '>', Date.now() - QUIET_MS)
    .whereIn('user_id', told)
  const name = `${run.title} on ${run.server.name}`
  await notify(
    {
      ...{ teamId: run.teamId, subject: { type, id }, event, ability: 'runs.view' },
      title: `${name}: lost sight of`,
      paragraphs: [
        `Nobody can say how “${run.title}” ended on ${run.server.name}. It is not called a success.`,
        ...(failure ? [`${failure.reason} ${failure.next}`] : []),
        'There may be others: of what is lost within an hour after this you are not told one by one.',
      ],
      link: { label: 'See what is known', path },
    },
    told.filter((userId) => !heard.some((notification) => notification.userId === userId)),
    trx
  )
}

async function toldPeople(run: Run, trx: TransactionClientContract): Promise<string[]> {
  const people = await peopleWho('runs.view', run.teamId, trx)
  const creator = people.find(({ user }) => user.id === run.createdBy)
  if (creator && (await Run.within(creator.scope, { client: trx }).where('id', run.id).first())) {
    return [creator.user.id]
  }
  return people.filter(({ scope }) => scope.can('servers.manage')).map(({ user }) => user.id)
}
