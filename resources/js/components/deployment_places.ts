import { component } from '../lib/component.js'
import { formatDuration } from '../lib/format.js'
import { setMark, stepTone } from '../lib/marks.js'
import { refreshRegions } from '../lib/regions.js'

interface Step {
  name: string
  title: string
  state: string
  startedAt: string | null
}

interface Place {
  id: string
  runId: string | null
  label: string
  tone: string
  note: string | null
  steps: Step[]
}

const TICK = 500

/**
 * Keeps the servers of a deployment true while it goes on: their states, the marks of their steps,
 * and what each is at. What begins or is decided comes fresh from the server.
 */
export const deploymentPlaces = component(() => {
  let skew = 0
  let words: string | null | undefined
  let current: Place[] = []

  return {
    init() {
      const { eventsUrl, now } = this.$el.dataset
      if (!eventsUrl) {
        return
      }
      skew = now ? Date.parse(now) - Date.now() : 0
      const timer = setInterval(() => this.tick(), TICK)
      const source = new EventSource(eventsUrl)
      source.addEventListener('progress', (event) => this.take(JSON.parse(event.data)))
      source.addEventListener('end', () => {
        source.close()
        clearInterval(timer)
        void refreshRegions()
      })
      window.addEventListener('pagehide', () => source.close())
    },

    take(progress: { words: string | null; places: Place[] }) {
      const isNew = words !== undefined && words !== progress.words
      words = progress.words
      current = progress.places
      const rows = current.map((place) => ({ place, row: this.rowOf(place.id) }))
      const isOther = rows.some(
        ({ place, row }) =>
          row?.dataset.runId !== (place.runId ?? '') ||
          row.dataset.steps !== String(place.steps.length)
      )
      if (isNew || isOther) void refreshRegions(['places', 'result'])
      else for (const { place, row } of rows) this.show(place, row!)
      this.tick()
    },

    rowOf(id: string) {
      return this.$root.querySelector<HTMLElement>(`[data-place-id="${CSS.escape(id)}"]`)
    },

    show(place: Place, row: HTMLElement) {
      const badge = row.querySelector<HTMLElement>('.badge')!
      badge.className = `badge badge--${place.tone} badge--plain`
      setMark(badge.querySelector('.mark'), place.tone)
      badge.querySelector('[data-badge-label]')!.textContent = place.label
      row.querySelector('[data-place-note]')!.textContent = place.note ?? ''
      for (const step of place.steps) {
        const mark = row.querySelector<HTMLElement>(`[data-strip="${CSS.escape(step.name)}"]`)
        if (!mark) continue
        const said = `${step.title}: ${step.state}`
        mark.title = said
        mark.querySelector('.visually-hidden')!.textContent = said
        setMark(mark.querySelector('.mark'), stepTone(step.state))
      }
    },

    /** What each server is at, and since when. */
    tick() {
      for (const place of current) {
        const label = this.rowOf(place.id)?.querySelector('[data-place-now]')
        if (!label) continue
        const step = place.steps.find(({ state }) => state === 'running')
        const since = Date.parse(step?.startedAt ?? '')
        const took = Number.isNaN(since) ? '' : formatDuration(Date.now() + skew - since)
        label.textContent = step ? `${step.title} ${took}` : ''
      }
    },
  }
})
