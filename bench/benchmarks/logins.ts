import { randomBytes } from 'node:crypto'
import { Owner } from '#tests/demo/owner'
import { PanelVisitor } from '#tests/demo/panel_visitor'
import type { Benchmark } from '../benchmark.js'
import { once, percentile } from '../statistics.js'

const LOGINS = 200
const WARM_UP = 20

/** How far apart the medians may be, in milliseconds, so that nobody learns from them who exists. */
const MOST_APART = 1

/** How long a login that fails takes, for an address with an account and for one without. */
export const logins: Benchmark = {
  name: 'logins',
  title: `${LOGINS} logins with a wrong password, each of someone known and of someone unknown`,

  async run(stage) {
    const panel = await stage.startPanel()
    const known = `${randomBytes(6).toString('hex')}@example.com`
    const password = randomBytes(12).toString('base64url')
    await new Owner(panel.origin).claim(panel.claimLink, {
      fullName: 'Bench',
      email: known,
      password,
    })
    const failToLogIn = await stranger(panel.origin)
    const took = { known: [] as number[], unknown: [] as number[] }
    for (let count = 0; count < LOGINS + WARM_UP; count++) {
      const unknown = `${randomBytes(6).toString('hex')}@example.com`
      // Each comes first as often, so that a drift of the machine hits both.
      const turns = [['known', known] as const, ['unknown', unknown] as const]
      for (const [who, email] of count % 2 ? turns : turns.reverse()) {
        const milliseconds = await failToLogIn(email, addressOf(count))
        if (count >= WARM_UP) took[who].push(milliseconds)
      }
    }
    const apart = Math.abs(percentile(took.known, 0.5) - percentile(took.unknown, 0.5))
    return [
      ...rows('known', took.known),
      ...rows('unknown', took.unknown),
      { what: 'medians apart', unit: 'ms', value: once(apart), goal: MOST_APART },
      {
        what: 'unknown slower than known',
        unit: '%',
        value: once(100 * shareSlower(took.unknown, took.known)),
        note: '50 % of all pairs: nothing can be told from it',
      },
    ]
  },
}

/** Someone with the login page open: sends its form and gives the milliseconds to the answer. */
async function stranger(origin: string) {
  const visitor = new PanelVisitor(origin)
  const { html } = await visitor.open('/login')
  const [, token] = /name='_csrf' value='([^']+)'/.exec(html)!
  return async (email: string, address: string): Promise<number> => {
    const began = performance.now()
    const response = await fetch(`${origin}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'accept': 'text/html', 'cookie': visitor.cookie, 'x-forwarded-for': address },
      body: new URLSearchParams({ _csrf: token, email, password: 'a wrong password' }),
    })
    await response.arrayBuffer()
    const milliseconds = performance.now() - began
    if (response.status !== 302) throw new Error(`A login is answered ${response.status}.`)
    return milliseconds
  }
}

/** A network address for each attempt, as a proxy on the same machine would report it. */
const addressOf = (count: number) => `203.0.${Math.floor(count / 200)}.${(count % 200) + 1}`

function rows(who: string, milliseconds: readonly number[]) {
  return [
    { what: `${who}, half within`, unit: 'ms', value: once(percentile(milliseconds, 0.5)) },
    { what: `${who}, 5 % within`, unit: 'ms', value: once(percentile(milliseconds, 0.05)) },
    { what: `${who}, 95 % within`, unit: 'ms', value: once(percentile(milliseconds, 0.95)) },
  ]
}

/** Of all pairs of one value here and one there, the share in which the first is the greater. */
function shareSlower(here: readonly number[], there: readonly number[]): number {
  const greater = here.flatMap((one) => there.map((other) => Number(one > other)))
  return greater.reduce((sum, each) => sum + each, 0) / greater.length
}
