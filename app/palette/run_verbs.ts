import { urlFor } from '@adonisjs/core/services/url_builder'
import type { Verb } from '#app/palette/verbs'
import type Run from '#app/runs/models/run'

/** What can be done with a run whose server is loaded. */
export const runVerbs: readonly Verb<Run>[] = [
  {
    words: ['cancel', 'stop', 'abort'],
    fillers: ['run', 'the'],
    ability: 'runs.cancel',
    icon: 'circle-stop',
    onDemand: true,
    label: ({ title }) => `Cancel ${title}`,
    detail: ({ server }) => server.name,
    target: ({ id }) => ({ method: 'POST', action: urlFor('run_cancellations.store', { id }) }),
    isPossible: (run) => run.isOpen && run.cancelRequestedAt === null,
  },
]
