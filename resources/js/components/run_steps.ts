import { component } from '../lib/component.js'
import { formatChange, formatDuration } from '../lib/format.js'
import { setMark, stepTone } from '../lib/marks.js'
import type { RunStep } from '../lib/run_stream.js'
import { joinRunStream } from '../lib/run_streams.js'

const TICK = 100

/**
 * The steps of a run with live timings. A step's link brings the log to where the step began.
 */
export const runSteps = component(() => {
  let skew = 0
  let usual: Record<string, number> = {}
  let timer: ReturnType<typeof setInterval> | undefined

  return {
    init() {
      const { eventsUrl, now } = this.$el.dataset
      usual = JSON.parse(this.$el.dataset.usual || '{}')
      skew = now ? Date.parse(now) - Date.now() : 0
      this.tick()
      if (eventsUrl) {
        joinRunStream(eventsUrl, {
          steps: (steps) => this.show(steps),
          end: () => clearInterval(timer),
        })
        timer = setInterval(() => this.tick(), TICK)
      }
    },

    destroy() {
      clearInterval(timer)
    },

    seek(event: MouseEvent) {
      const link = (event.target as Element).closest<HTMLElement>('[data-offset]')
      if (link?.dataset.offset) {
        event.preventDefault()
        const detail = { offset: Number(link.dataset.offset) }
        document.dispatchEvent(new CustomEvent('run:seek', { detail }))
      }
    },

    show(steps: RunStep[]) {
      const list = this.$refs.list!
      for (const step of steps) {
        const known = list.querySelector<HTMLElement>(`[data-step="${CSS.escape(step.name)}"]`)
        const row = known ?? this.create(step.name)
        row.dataset.state = step.state
        row.dataset.startedAt = step.startedAt ?? ''
        row.dataset.finishedAt = step.finishedAt ?? ''
        row.querySelector('[data-step-title]')!.textContent = step.title
        row.querySelector('[data-step-state]')!.textContent = step.state
        setMark(row.querySelector('.mark'), stepTone(step.state))
        const link = row.querySelector<HTMLElement>('.steps__link')!
        link.dataset.offset = step.offset === null ? '' : String(step.offset)
      }
      this.$refs.empty?.toggleAttribute('hidden', steps.length > 0)
      this.tick()
    },

    create(name: string) {
      const template = this.$refs.template as HTMLTemplateElement
      const row = template.content.firstElementChild!.cloneNode(true) as HTMLElement
      row.dataset.step = name
      this.$refs.list!.append(row)
      return row
    },

    tick() {
      const running = this.$root.querySelectorAll<HTMLElement>('[data-step]')
      for (const row of running) {
        const time = row.querySelector('.steps__time')!
        const started = Date.parse(row.dataset.startedAt ?? '')
        const finished = Date.parse(row.dataset.finishedAt ?? '')
        const end = Number.isNaN(finished) ? Date.now() + skew : finished
        const text = Number.isNaN(started) ? '' : formatDuration(end - started)
        if (time.textContent !== text) {
          time.textContent = text
        }
        showChange(row, finished - started, usual[row.dataset.step ?? ''])
      }
    },
  }
})

/** How the time of a step that is done differs from what is usual. */
function showChange(row: HTMLElement, took: number, usual: number | undefined) {
  const isDone = row.dataset.state === 'succeeded' && !Number.isNaN(took)
  const change = isDone ? formatChange(took, usual) : null
  const label = row.querySelector('.steps__change')!
  const text = change?.text ?? ''
  if (label.textContent !== text) {
    label.textContent = text
    label.className = ['steps__change change', change?.tone && `change--${change.tone}`]
      .filter(Boolean)
      .join(' ')
  }
}
