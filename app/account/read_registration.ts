import type { HttpContext } from '@adonisjs/core/http'
import { addPasskeyValidator } from '#app/account/validators'
import { takeChallenge } from '#app/auth/second_factor/passkey_challenges'
import { parseRegistrationResponse } from '#app/auth/second_factor/passkey_responses'
import { refuse } from '#app/core/exceptions/refusal'

/**
 * Reads the form by which a passkey is added: its name, what the browser sent, and the challenge
 * of this session that it has to answer, which is used up by that.
 *
 * @throws the refusal of a field
 */
export async function readRegistration(ctx: HttpContext) {
  const { name, response } = await ctx.request.validateUsing(addPasskeyValidator)
  const challenge = await takeChallenge(ctx, 'registration')
  if (!challenge) refuse('response', 'This took too long. Add the passkey again.')
  return { name, challenge, response: await parseRegistrationResponse(response) }
}
