import { createHash } from 'node:crypto'
import type { HttpContext } from '@adonisjs/core/http'
import { eventStream } from '#app/core/event_stream'
import { ChangeWaiter, type Pace } from '#app/runs/change_waiter'
import type { Scope } from '#app/teams/scope'
import { ScopeWatch } from '#app/teams/scope_watch'

/** Lists follow what happens at this pace. */
const PACE: Pace = { pollMs: 2_000, apartMs: 500, aheadMs: 1_000 }

/** For pages with times of things that are looked at all the time: when those were last looked at is no news. */
export const CALM: Partial<Pace> = { pollMs: 10_000 }

/** What `@ui.live` leaves for the mark of what the page shows. */
const PLACE_OF_MARK = 'data-seen=""'

/**
 * A page that follows what happens. A browser gets the page; the `@ui.live` in it asks the same
 * address for server-sent events and gets the part within the frame again, whenever it has become
 * other than what was seen. So a page has one address, one ability and one idea of what it shows.
 *
 * @param render the page for a scope, which may have changed since the request
 * @param pace where it differs from that of a list
 */
export async function livePage(
  ctx: HttpContext,
  render: (scope: Scope) => Promise<string>,
  pace: Partial<Pace> = {}
) {
  const { request, response, session } = ctx
  response.vary('Accept')
  const page = await render(ctx.scope)
  if (isFollowed(ctx)) {
    const seen = request.header('last-event-id') ?? String(request.input('seen', ''))
    const waiting = { ...PACE, ...pace }
    return eventStream(ctx, (signal) =>
      streamPage(ctx, render, { page, seen, signal, pace: waiting })
    )
  }
  if (!page.includes(PLACE_OF_MARK)) return page
  // What is said once, such as why a form was refused, is no news when it is not said again. Toasts are
  // beside what changes.
  const saysOnce = Object.keys(session.flashMessages.all()).some((name) => name !== 'toasts')
  if (saysOnce) return page
  return page.replace(PLACE_OF_MARK, `data-seen="${markOf(ctx.scope, partOf(page))}"`)
}

/** Whether what is asked for is not the page but what becomes of it. */
export function isFollowed({ request }: HttpContext): boolean {
  return request.accepts(['html', 'text/event-stream']) === 'text/event-stream'
}

async function* streamPage(
  ctx: HttpContext,
  render: (scope: Scope) => Promise<string>,
  { page, seen, signal, pace }: { page: string; seen: string; signal: AbortSignal; pace: Pace }
): AsyncGenerator<string> {
  const rights = new ScopeWatch(ctx)
  const waiter = new ChangeWaiter(null, signal, pace)
  let scope: Scope | null = ctx.scope
  try {
    while (!signal.aborted) {
      const part = partOf(page)
      const mark = markOf(scope, part)
      if (seen === '') {
        yield `event: mark\nid: ${mark}\ndata: {}\n\n`
      } else if (mark !== seen) {
        yield `event: page\nid: ${mark}\ndata: ${JSON.stringify(part)}\n\n`
      }
      seen = mark
      await waiter.wait()
      if (signal.aborted) return
      scope = await rights.current()
      if (!scope) return
      // What templates ask whether someone may.
      ctx.scope = scope
      page = await render(scope)
    }
  } catch (error) {
    // The browser asks again, and the page itself tells what is wrong, or that it is gone.
    const isGone = error instanceof Error && 'status' in error && error.status === 404
    if (!isGone) ctx.logger.error({ err: error }, 'A live page could not be rendered')
  } finally {
    waiter.close()
  }
}

/** What changes of a page: all within its frame, from the line above to the end of the content. */
function partOf(page: string) {
  return page.slice(page.indexOf('<header class="topline">'), page.indexOf('</main>'))
}

/** Tells two teams and two states of a part of a page apart, but not two renderings of one. */
function markOf({ teamId }: Scope, part: string) {
  const constant = part
    .replaceAll(/(name=['"]_csrf['"] value=['"])[^'"]*/g, '$1')
    .replaceAll(/data-now="[^"]*"/g, '')
    .replaceAll(/(<time [^>]*>)[^<]*/g, '$1')
  return `${teamId}.${createHash('sha256').update(constant).digest('base64url').slice(0, 22)}`
}
