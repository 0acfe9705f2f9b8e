import type { HttpContext } from '@adonisjs/core/http'
import type { ForbiddenException } from '#app/auth/exceptions'
import FrameMiddleware from '#app/core/middleware/frame_middleware'
import { whoMay } from '#app/teams/queries/who_may'
import { abilityLabels } from '#app/teams/roles'

/**
 * Answers someone who lacks a right: which one it is and who of their team has it. Who is in no
 * team is shown how to get into one.
 */
export async function answerForbidden(error: ForbiddenException, ctx: HttpContext) {
  const { message, code, right, status } = error
  ctx.response.status(status)
  if (ctx.request.accepts(['html', 'json']) !== 'html') {
    return ctx.response.send({ message, code, right })
  }
  // The request was refused before it came that far.
  await new FrameMiddleware().handle(ctx, async () => {})
  return ctx.response.send(await page(right, ctx))
}

async function page(right: ForbiddenException['right'], { scope, view }: HttpContext) {
  if (right === 'administrator') return view.render('pages/errors/forbidden', { right })
  if (!scope) return view.render('pages/teams/create')
  return view.render('pages/errors/forbidden', {
    right,
    label: abilityLabels[right],
    teamName: scope.teamName,
    role: scope.role,
    colleagues: await whoMay(scope, right),
  })
}
