import { lookUpInvitation } from '#app/members/look_up_invitation'
import type Invitation from '#app/members/models/invitation'
import User from '#app/users/models/user'

/**
 * What stands between whoever opened the link and the team: nothing but a button (`accept`), that
 * the invitation is not for them (`other`), that they have to log in (`log_in`), or an account
 * (`join`).
 */
export type InvitationWay = 'accept' | 'other' | 'log_in' | 'join'

/**
 * What an invitation's link shows. Null when it leads nowhere.
 *
 * @param user who is signed in, if anyone is
 * @param address the network address of the request
 */
export async function invitationPage(
  token: unknown,
  user: User | null,
  address: string
): Promise<{ invitation: Invitation; way: InvitationWay } | null> {
  const invitation = await lookUpInvitation(token, address)
  return invitation && { invitation, way: await wayTo(invitation, user) }
}

async function wayTo({ email }: Invitation, user: User | null): Promise<InvitationWay> {
  if (user) return user.email.toLowerCase() === email ? 'accept' : 'other'
  return (await User.findBy('email', email)) ? 'log_in' : 'join'
}
