import { urlFor } from '@adonisjs/core/services/url_builder'
import type { Verb } from '#app/palette/verbs'
import type Script from '#app/scripts/models/script'

/** What can be done with a script. */
export const scriptVerbs: readonly Verb<Script>[] = [
  {
    words: ['run', 'start', 'execute'],
    fillers: ['script'],
    ability: 'scripts.run',
    icon: 'play',
    label: ({ name }) => `Run ${name}`,
    detail: ({ description }) => description,
    target: ({ id }) => ({ href: urlFor('script_runs.create', { id }) }),
  },
  {
    words: ['edit', 'change'],
    fillers: ['script'],
    ability: 'scripts.manage',
    icon: 'pencil',
    onDemand: true,
    label: ({ name }) => `Change ${name}`,
    target: ({ id }) => ({ href: urlFor('scripts.edit', { id }) }),
  },
]
