import { component } from '../lib/component.js'
import {
  countOf,
  narrow,
  withRecent,
  wordsOf,
  type PaletteEntry,
  type PaletteGroup,
} from '../lib/palette_entries.js'
import { PaletteList } from '../lib/palette_list.js'
import { PaletteSearch } from '../lib/palette_search.js'
import { forgetRecent, RecentEntries } from '../lib/recent_entries.js'
import { chooseTheme } from './theme.js'

/** An Enter, and whether it asked for a tab of its own. */
interface Entered {
  elsewhere: boolean
}

/**
 * The search over everything: a dialog whose field asks the server while one types, and whose
 * list leads to pages, sends forms, or does what the browser does by itself.
 */
export const palette = component(() => {
  let list: PaletteList
  let search: PaletteSearch
  let recent: RecentEntries
  let groups: PaletteGroup[] = []
  /** Whether the list answers to what stands in the field. */
  let fits = true
  /** Whether the person chose an option, so that an answer must not move the choice. */
  let chosen = false
  /** The Enter that was pressed before there was anything to enter. */
  let entered: Entered | undefined

  return {
    waiting: false,
    failed: false,
    empty: false,
    runs: false,

    init() {
      const refs = this.$refs as Record<string, HTMLTemplateElement>
      list = new PaletteList({
        list: refs.list,
        input: refs.input,
        group: refs.group,
        option: refs.option,
        icons: refs.icons,
      })
      recent = new RecentEntries(this.$root.dataset.owner ?? '')
      search = new PaletteSearch(this.$root.dataset.url!, {
        answered: (answer) => this.answer(answer),
        failed: () => this.fail(),
      })
      document.addEventListener('submit', ({ target }) => {
        const action = (target as HTMLFormElement).getAttribute('action')
        if (action === this.$root.dataset.logout) forgetRecent()
      })
    },

    toggle() {
      const dialog = this.$root as HTMLDialogElement
      if (dialog.open) {
        dialog.close()
        return
      }
      this.input().value = ''
      groups = withRecent(recent.list(), [])
      list.show(groups, [], false)
      dialog.showModal()
      this.type()
    },

    closed() {
      search.forget()
      this.waiting = false
    },

    input() {
      return this.$refs.input as HTMLInputElement
    },

    /** What is known already answers at once, then the server is asked. */
    type() {
      const words = wordsOf(this.input().value)
      const known = narrow(groups, words)
      chosen = false
      entered = undefined
      fits = known.length > 0
      this.empty = false
      this.failed = false
      this.waiting = true
      if (fits) list.show(known, words, false)
      this.showKind()
      search.ask(words.join(' '))
    },

    answer(answer: PaletteGroup[]) {
      const words = wordsOf(this.input().value)
      recent.rename(answer.flatMap(({ entries }) => entries))
      groups = words.length === 0 ? withRecent(recent.list(), answer) : answer
      fits = true
      list.show(groups, words, chosen)
      this.waiting = false
      this.empty = groups.length === 0
      this.$refs.status!.textContent = countOf(groups)
      this.showKind()
      // What sends a form is entered only by those who have seen it.
      if (entered && list.active && !list.active.action) this.follow(entered.elsewhere)
      entered = undefined
    },

    fail() {
      this.waiting = false
      this.failed = true
      entered = undefined
    },

    key(event: KeyboardEvent) {
      if (event.isComposing) return
      if (event.key === 'Enter') {
        event.preventDefault()
        const elsewhere = event.ctrlKey || event.metaKey
        if (fits || chosen) this.follow(elsewhere)
        else entered = { elsewhere }
        return
      }
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined
      const to = { Home: 0, End: list.length - 1 }[event.key]
      if ((by === undefined && to === undefined) || list.length === 0) return
      event.preventDefault()
      chosen = true
      if (by) list.step(by)
      else list.activate(to!)
      this.showKind()
    },

    point(event: PointerEvent) {
      const index = list.indexOf(event.target)
      // A pointer that lies still does not choose what is drawn beneath it.
      if (index < 0 || (event.movementX === 0 && event.movementY === 0)) return
      chosen = true
      list.activate(index)
      this.showKind()
    },

    click(event: MouseEvent) {
      const index = list.indexOf(event.target)
      if (index < 0) return
      list.activate(index)
      event.preventDefault()
      this.follow(event.ctrlKey || event.metaKey)
    },

    /** A press on the backdrop closes, where the browser does not do it by itself. */
    press(event: MouseEvent) {
      if (event.target === this.$root && !('closedBy' in this.$root)) {
        ;(this.$root as HTMLDialogElement).close()
      }
    },

    follow(elsewhere: boolean) {
      const entry = list.active
      if (!entry) return
      if (entry.action) {
        this.send(entry)
        return
      }
      ;(this.$root as HTMLDialogElement).close()
      if (entry.command) {
        run(entry.command)
      } else if (entry.href) {
        recent.remember(entry)
        if (elsewhere) window.open(entry.href, '_blank', 'noopener')
        else window.location.assign(entry.href)
      }
    },

    /** Sends the page's own form; the option says that it began. */
    send(entry: PaletteEntry) {
      const form = this.$refs.form as HTMLFormElement
      form.action = entry.action!
      if (form.dataset.sent === undefined) list.activeElement?.setAttribute('aria-busy', 'true')
      form.requestSubmit()
    },

    showKind() {
      this.runs = Boolean(list.active && !list.active.href)
    },
  }
})

function run(command: string) {
  const [name, value] = command.split(':')
  if (name === 'theme') chooseTheme(value)
  if (name === 'shortcuts') {
    document.querySelector<HTMLDialogElement>('#keyboard-shortcuts')?.showModal()
  }
}
