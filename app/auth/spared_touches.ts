import type { SessionStoreFactory } from '@adonisjs/session/types'

/** How often the end of a session is put off at most, in milliseconds. Sessions last for days. */
const TOUCH_MS = 60_000

/** So many sessions are remembered; of those beyond, the end is put off once too often. */
const MOST_REMEMBERED = 10_000

/**
 * A session lasts from its last request on: without this each page that is looked at would be a
 * write to the database. Here the moment may be a minute old.
 */
export function sparingTouches(
  create: SessionStoreFactory,
  clock: () => number = Date.now
): SessionStoreFactory {
  const touched = new Map<string, number>()
  return (ctx, config) => {
    const store = create(ctx, config)
    const touch = store.touch.bind(store)
    store.touch = async (id) => {
      const now = clock()
      if (now - (touched.get(id) ?? -Infinity) < TOUCH_MS) return
      if (touched.size >= MOST_REMEMBERED) touched.clear()
      touched.set(id, now)
      await touch(id)
    }
    return store
  }
}
