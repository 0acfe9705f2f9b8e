import { deviceOf, type Device } from '#app/account/device'
import { openSignIns } from '#app/account/queries/open_sign_ins'
import { wayInOf } from '#app/account/sign_in_words'
import type SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'

const ICONS: Record<Device['kind'], string> = {
  computer: 'monitor',
  phone: 'smartphone',
  program: 'square-terminal',
  unknown: 'circle-question-mark',
}

/**
 * What the page of a person's sessions shows: the present one first.
 *
 * @param current the sign-in of the request
 */
export async function sessionsPage(user: User, current: SignIn) {
  const signIns = await openSignIns(user)
  const sessions = signIns.map((signIn) => sessionOf(signIn, current))
  const [own, others] = [true, false].map((is) => sessions.filter((each) => each.current === is))
  return { sessions: [...own, ...others], others: others.length }
}

function sessionOf(signIn: SignIn, current: SignIn) {
  const device = deviceOf(signIn.userAgent)
  return {
    id: signIn.id,
    device: device.name,
    icon: ICONS[device.kind],
    address: signIn.address,
    wayIn: wayInOf(signIn.method, signIn.secondFactor),
    begunAt: signIn.createdAt,
    seenAt: signIn.seenAt,
    current: signIn.id === current.id,
  }
}
