import { component } from '../lib/component.js'
import { formatDuration } from '../lib/format.js'
import { setMark } from '../lib/marks.js'
import { refreshRegions } from '../lib/regions.js'

interface Target {
  id: string
  name: string
  runId: string | null
  tone: string
  label: string
  note: string | null
  exitCode: number | null
  startedAt: string | null
  finishedAt: string | null
}

interface Progress {
  tone: string
  label: string
  figures: Record<string, number>
  targets: Target[]
}

const TICK = 500
const RESULTS_EVERY = 2000

/**
 * Keeps the page of a bulk run true while it goes on: its figures, each server's row and mark. The
 * results come sorted from the server, soon after something ended, unless someone reads in them.
 */
export const bulkRun = component(() => {
  let skew = 0
  let source: EventSource | null = null
  let refreshing: ReturnType<typeof setTimeout> | undefined

  return {
    init() {
      const { eventsUrl, now } = this.$el.dataset
      if (!eventsUrl) {
        return
      }
      skew = now ? Date.parse(now) - Date.now() : 0
      const timer = setInterval(() => this.tick(), TICK)
      source = new EventSource(eventsUrl)
      source.addEventListener('progress', (event) => this.show(JSON.parse(event.data)))
      source.addEventListener('end', () => {
        source?.close()
        clearInterval(timer)
        clearTimeout(refreshing)
        void refreshRegions()
      })
      window.addEventListener('pagehide', () => source?.close())
    },

    show({ tone, label, figures, targets }: Progress) {
      document.querySelectorAll<HTMLElement>('[data-bulk-badge]').forEach((badge) => {
        badge.className = `badge badge--${tone}`
        setMark(badge.querySelector('.mark'), tone)
        badge.querySelector('[data-badge-label]')!.textContent = label
      })
      for (const [name, count] of Object.entries(figures)) {
        const figure = this.$root.querySelector(`[data-figure="${name}"]`)
        if (figure) figure.textContent = String(count)
      }
      this.$root
        .querySelector('[data-figure-failed]')
        ?.classList.toggle('figures__item--danger', figures.failed > 0)
      targets.forEach((target) => this.showTarget(target))
      if (targets.some(({ finishedAt }) => finishedAt)) {
        refreshing ??= setTimeout(() => {
          refreshing = undefined
          void this.refreshResults()
        }, RESULTS_EVERY)
      }
      this.tick()
    },

    showTarget(target: Target) {
      const id = CSS.escape(target.id)
      const cell = this.$root.querySelector<HTMLElement>(`[data-mark-of="${id}"]`)
      if (cell) {
        const words = `${target.name}: ${target.label}`
        cell.title = words
        cell.querySelector('.visually-hidden')!.textContent = words
        setMark(cell.querySelector('.mark'), target.tone)
      }
      const row = this.$root.querySelector<HTMLElement>(`[data-target="${id}"]`)
      if (!row) {
        return
      }
      const badge = row.querySelector<HTMLElement>('.badge')!
      badge.className = `badge badge--${target.tone} badge--plain`
      setMark(badge.querySelector('.mark'), target.tone)
      badge.querySelector('[data-badge-label]')!.textContent = target.label
      const note = row.querySelector<HTMLElement>('[data-note]')!
      note.textContent = note.title = target.note ?? ''
      row.querySelector('[data-exit-code]')!.textContent = String(target.exitCode ?? '')
      const link = row.querySelector<HTMLAnchorElement>('.table__link')!
      if (target.runId) link.href = link.dataset.runUrl!.replace(/-$/, target.runId)
      const took = row.querySelector<HTMLElement>('[data-elapsed]')!
      took.dataset.startedAt = target.startedAt ?? ''
      took.dataset.finishedAt = target.finishedAt ?? ''
    },

    async refreshResults() {
      const results = this.$root.querySelector('[data-region="results"]')
      if (!results?.querySelector('details[open]') && source?.readyState === EventSource.OPEN) {
        await refreshRegions(['results'])
      }
    },

    tick() {
      this.$root.querySelectorAll<HTMLElement>('[data-elapsed]').forEach((element) => {
        const started = Date.parse(element.dataset.startedAt ?? '')
        const finished = Date.parse(element.dataset.finishedAt ?? '')
        const end = Number.isNaN(finished) ? Date.now() + skew : finished
        const text = Number.isNaN(started) ? '' : formatDuration(Math.max(0, end - started))
        if (element.textContent !== text) element.textContent = text
      })
    },
  }
})
