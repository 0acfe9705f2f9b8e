import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify } from '#app/notifications/notify'
import Run from '#app/runs/models/run'
import type { RunSubject } from '#app/runs/run_handler'
import type { RunFailure } from '#app/runs/states'
import { peopleWho } from '#app/teams/queries/people_who'

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
  await notify(
    {
      ...{ teamId: run.teamId, subject: { type, id }, event: 'lost' },
      title: `${run.title} on ${run.server.name}: lost sight of`,
      paragraphs: [
        `Nobody can say how “${run.title}” on ${run.server.name} ended. It is not called a success.`,
        ...(failure ? [`${failure.reason} ${failure.next}`] : []),
      ],
      link: { label: 'See what is known', path },
    },
    await toldPeople(run, trx),
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
