import { component } from '../lib/component.js'
import { formatNumber, plural } from '../lib/format.js'
import { LogReader } from '../lib/log_reader.js'
import { writeText } from './copy.js'
import { setMark } from '../lib/marks.js'
import type { Connection } from '../lib/run_stream.js'
import { joinRunStream } from '../lib/run_streams.js'

const CONNECTIONS: Record<Connection, [tone: string, label: string]> = {
  connecting: ['neutral', 'Connecting'],
  live: ['running', 'Live'],
  lost: ['warning', 'Connection lost, trying again'],
  ended: ['neutral', ''],
}

/**
 * The log viewer: follows a run that goes on, searches, wraps, and links to lines. The reader does
 * the work; this connects it with the markup.
 */
export const runLog = component(() => {
  let reader: LogReader

  return {
    following: false,
    wrapping: false,
    query: '',
    matches: '',
    fresh: '',
    status: '',
    notice: '',
    target: 0,
    linkTitle: '',
    live: false,
    empty: false,

    init() {
      const { eventsUrl, logUrl, live } = this.$el.dataset
      reader = new LogReader(this.$refs.view!, this.$el, (change) => {
        Object.assign(this, change)
        this.linkTitle = `Copy link to line ${this.target}`
      })
      this.live = live !== undefined && Boolean(eventsUrl)
      this.empty = reader.lineCount === 0
      if (reader.wrapsByHabit) {
        this.toggleWrap()
      }
      if (this.live) {
        this.toggleFollow()
        this.connect(eventsUrl!, logUrl!)
      } else {
        this.showConnection('ended')
      }
      void reader.fetchEarlier(logUrl).then(() => {
        if (!this.live) this.showConnection('ended')
      })
    },

    destroy() {
      reader.destroy()
    },

    connect(eventsUrl: string, logUrl: string) {
      joinRunStream(
        eventsUrl,
        {
          log: (text, _offset, next) => {
            this.empty = false
            reader.append(text, next)
          },
          gap: (from, to) =>
            reader.append(`\n[${formatNumber(to - from)} bytes of this log could not be read]\n`),
          connection: (connection) => this.showConnection(connection),
          end: () => (this.live = false),
        },
        { logUrl, offset: reader.end }
      )
    },

    showConnection(connection: Connection) {
      const [tone, label] = CONNECTIONS[connection]
      setMark(this.$refs.mark ?? null, tone)
      this.status = label || plural(reader.lineCount, 'line')
    },

    toggleFollow() {
      this.following = !this.following
      reader.follow(this.following)
    },

    toggleWrap() {
      this.wrapping = !this.wrapping
      reader.wrap(this.wrapping)
    },

    scroll() {
      this.following = reader.scrolled(this.live)
    },

    toEnd() {
      this.following = this.live
      reader.follow(true)
    },

    search() {
      reader.search(this.query)
    },

    key(event: KeyboardEvent) {
      if (event.key === 'Enter') {
        event.preventDefault()
        reader.step(event.shiftKey ? -1 : 1)
      } else if (event.key === 'Escape') {
        this.query = ''
        this.search()
      }
    },

    /** Keys while the log itself has the focus. */
    command(event: KeyboardEvent) {
      const commands: Record<string, () => void> = {
        'n': () => this.next(),
        'N': () => this.previous(),
        'w': () => this.toggleWrap(),
        'f': () => this.live && this.toggleFollow(),
        'G': () => this.toEnd(),
        '/': () => this.$refs.search!.focus(),
      }
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (plain && Object.hasOwn(commands, event.key)) {
        event.preventDefault()
        commands[event.key]()
      }
    },

    async copyLink() {
      const url = new URL(window.location.href)
      url.hash = `L${this.target}`
      await writeText(url.href, this.$refs.view!)
      this.linkTitle = 'Copied'
      this.status = `Link to line ${formatNumber(this.target)} copied`
    },

    next() {
      reader.step(1)
    },

    previous() {
      reader.step(-1)
    },
  }
})
