import type { HttpContext } from '@adonisjs/core/http'
import { isValidRedirectUrl } from '@adonisjs/core/http/helpers'
import { flashFields, sealFields } from '#app/core/exceptions/remembered_fields'

/** Where the session keeps what a person was about to do. */
const INTERRUPTED_KEY = 'interrupted'

interface Interrupted {
  /** The page to go back to: a path of the panel. */
  back: string
  /** Whether they had sent a form. */
  sent: boolean
  /** What it held, sealed. */
  fields: string | null
}

/**
 * Notes what the person was about to do when they were asked to prove who they are.
 */
export function rememberInterrupted(ctx: HttpContext) {
  const { request, session } = ctx
  const opens = request.method() === 'GET'
  session.forget(INTERRUPTED_KEY)
  const fields = opens ? null : sealFields(ctx)
  const back = opens ? request.url(true) : pathBefore(ctx)
  session.put(INTERRUPTED_KEY, { back, sent: !opens, fields } satisfies Interrupted)
}

/**
 * What was interrupted, without forgetting it; the dashboard when nothing was.
 */
export function interrupted({ session }: HttpContext): Interrupted {
  return session.get(INTERRUPTED_KEY) ?? { back: '/dashboard', sent: false, fields: null }
}

/**
 * Puts the interrupted form back for the next page to show, as one that was refused would be, and
 * forgets it.
 *
 * @returns the path to go to
 */
export function resumeInterrupted(ctx: HttpContext): string {
  const { session } = ctx
  const { back, sent, fields } = interrupted(ctx)
  session.forget(INTERRUPTED_KEY)
  if (sent) {
    flashFields(session, fields)
    session.flash('inputErrorsBag', {})
    session.flash('toasts', [{ tone: 'neutral', message: 'Confirmed. Now do it again.' }])
  }
  return back
}

/** The page a form was sent from, when it is one of the panel. */
function pathBefore({ request }: HttpContext): string {
  const previous = request.getPreviousUrl([], '')
  if (!previous) return '/dashboard'
  const { pathname, search } = new URL(previous, 'http://panel')
  return isValidRedirectUrl(pathname + search) ? pathname + search : '/dashboard'
}
