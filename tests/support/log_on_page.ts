import type { Page } from 'playwright'

/**
 * The whole text of the log on a page, line by line as a reader sees it who scrolls through it.
 * A line that is nowhere to be seen is `<missing>`.
 */
export function logOnPage(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const view = document.querySelector('.log__view')!
    const seen = new Map<number, string>()
    for (let top = 0; ; top += view.clientHeight) {
      view.scrollTop = top
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
      for (const row of view.querySelectorAll('.log__row')) {
        seen.set(Number(row.id.slice(1)), row.querySelector('.log__text')!.textContent)
      }
      if (top >= view.scrollHeight) break
    }
    const last = Math.max(0, ...seen.keys())
    return Array.from({ length: last }, (_, index) => seen.get(index + 1) ?? '<missing>')
  })
}
