import { writeEmphasised } from './emphasis.js'
import { exactTime, relativeTime } from './format.js'
import { setMark } from './marks.js'
import { keyOf, type PaletteEntry, type PaletteGroup } from './palette_entries.js'
import { timeZone } from './time_zone.js'

/** The elements that the list is made of, and the field that its options belong to. */
interface Parts {
  list: HTMLElement
  input: HTMLElement
  group: HTMLTemplateElement
  option: HTMLTemplateElement
  icons: HTMLTemplateElement
}

/**
 * The listbox of the palette: draws groups of options and knows which one is active (WAI-ARIA
 * Authoring Practices, combobox with a listbox popup). The focus stays in the field.
 */
export class PaletteList {
  readonly #parts: Parts
  #options: { element: HTMLElement; entry: PaletteEntry }[] = []
  #active = -1

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get active(): PaletteEntry | null {
    return this.#options[this.#active]?.entry ?? null
  }

  get activeElement(): HTMLElement | null {
    return this.#options[this.#active]?.element ?? null
  }

  get length(): number {
    return this.#options.length
  }

  /**
   * Draws the groups with the words emphasised. The first option is active, or, when `keep`, the
   * one that was.
   */
  show(groups: readonly PaletteGroup[], words: readonly string[], keep: boolean) {
    const kept = keep && this.active ? keyOf(this.active) : null
    this.#options = []
    this.#parts.list.replaceChildren(
      ...groups.map((group, index) => this.#drawGroup(group, index, words))
    )
    this.#parts.input.setAttribute('aria-expanded', String(this.length > 0))
    this.#active = -1
    const before = this.#options.findIndex(({ entry }) => keyOf(entry) === kept)
    this.activate(Math.max(0, before))
  }

  /** Goes up or down by one, from the last to the first and back. */
  step(by: 1 | -1) {
    this.activate((this.#active + by + this.length) % this.length)
  }

  activate(index: number) {
    this.activeElement?.setAttribute('aria-selected', 'false')
    this.#active = index < this.length ? index : -1
    const element = this.activeElement
    if (!element) {
      this.#parts.input.removeAttribute('aria-activedescendant')
      return
    }
    element.setAttribute('aria-selected', 'true')
    this.#parts.input.setAttribute('aria-activedescendant', element.id)
    // The heading of the first group belongs to the first option.
    if (index === 0) this.#parts.list.scrollTop = 0
    else element.scrollIntoView({ block: 'nearest' })
  }

  /** The place of the option that a click or the pointer is on; -1 when it is on none. */
  indexOf(target: EventTarget | null): number {
    const element = (target as Element).closest?.('[role=option]')
    return this.#options.findIndex((option) => option.element === element)
  }

  #drawGroup({ label, entries }: PaletteGroup, index: number, words: readonly string[]) {
    const group = clone(this.#parts.group)
    const heading = group.querySelector('[data-heading]')!
    heading.id = `palette-group-${index}`
    heading.textContent = label
    group.setAttribute('aria-labelledby', heading.id)
    group.append(...entries.map((entry) => this.#drawOption(entry, words)))
    return group
  }

  #drawOption(entry: PaletteEntry, words: readonly string[]) {
    const element = clone(this.#parts.option)
    element.id = `palette-option-${this.length}`
    if (entry.href) element.setAttribute('href', entry.href)
    const icon = this.#parts.icons.content.querySelector(`[data-icon="${CSS.escape(entry.icon)}"]`)
    element.querySelector('[data-icon]')!.append(...(icon?.cloneNode(true).childNodes ?? []))
    writeEmphasised(element.querySelector('[data-label]')!, entry.label, words)
    writeEmphasised(element.querySelector('[data-note]')!, entry.note ?? '', words)
    writeEmphasised(element.querySelector('[data-detail]')!, entry.detail ?? '', words)
    this.#drawState(element, entry)
    this.#options.push({ element, entry })
    return element
  }

  #drawState(element: HTMLElement, { at, state }: PaletteEntry) {
    const time = element.querySelector('time')!
    if (at) {
      time.dateTime = at
      time.title = exactTime(new Date(at), timeZone())
      time.textContent = relativeTime(new Date(at), new Date(), timeZone())
    } else {
      time.remove()
    }
    const place = element.querySelector<HTMLElement>('[data-state]')!
    if (state) {
      place.title = state.label
      place.querySelector('[data-state-label]')!.textContent = state.label
      setMark(place.querySelector('.mark'), state.tone)
    } else {
      place.remove()
    }
  }
}

function clone(template: HTMLTemplateElement): HTMLElement {
  return template.content.firstElementChild!.cloneNode(true) as HTMLElement
}
