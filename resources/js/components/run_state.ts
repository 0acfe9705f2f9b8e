import { component } from '../lib/component.js'
import { setMark } from '../lib/marks.js'
import { refreshRegions } from '../lib/regions.js'
import type { RunState } from '../lib/run_stream.js'
import { joinRunStream } from '../lib/run_streams.js'

/**
 * Keeps what the page says of a run true while it goes on: the badges of the run follow its state,
 * and when it ends, or its server falls silent or speaks again, the page's regions come fresh from
 * the server.
 */
export const runState = component(() => ({
  init() {
    const { eventsUrl, runId } = this.$el.dataset
    if (!eventsUrl) {
      return
    }
    let shown = this.$el.dataset.unreachableSince ?? ''
    joinRunStream(eventsUrl, {
      state: (state) => {
        showState(state, runId)
        const unreachableSince = state.unreachableSince ?? ''
        if (unreachableSince !== shown) {
          shown = unreachableSince
          void refreshRegions()
        }
      },
      end: () => void refreshRegions(),
    })
  },
}))

function showState(state: RunState, runId = '') {
  document
    .querySelectorAll<HTMLElement>(`[data-run-badge="${CSS.escape(runId)}"]`)
    .forEach((badge) => {
      const plain = badge.classList.contains('badge--plain') ? ' badge--plain' : ''
      badge.className = `badge badge--${state.tone}${plain}`
      setMark(badge.querySelector('.mark'), state.tone)
      badge.querySelector('[data-badge-label]')!.textContent = state.label
    })
}
