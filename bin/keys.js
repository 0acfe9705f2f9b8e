/*
| What a key has to be. Plain JavaScript without dependencies: `npm start` asks before anything is
| installed, and the application asks again, however it was started.
*/
import { randomBytes } from 'node:crypto'

/** The variables that hold a key. Each has a `_PREVIOUS` with former ones, parted by commas. */
const NAMES = ['APP_KEY', 'SECRETS_KEY']

const SHORTEST = 32
const FEWEST_DIFFERENT = 12

/** What must be left of a key, in characters, without the parts that anyone would try. */
const LEAST_UNGUESSABLE = 24

const GOOD_KEY = 'A good one comes from: openssl rand -base64 32'

/** Keys that stand in the documentation and the tests of widely used frameworks. */
const PUBLISHED = [
  'J63qRTDLub5NuZvP+kb8YIorGS6qFYHKVo6u7179stY=',
  '2nLsGFGzyoae2ax3EF2Lyq/hH6QghBGLIq5uL+Gp8/w=',
  '2fl+Ktvkfl+Fuz4Qp/A75G2RTiWVA/ZoKZvp6fiiM10=',
]

/** Words that examples are made of, and rows of a keyboard. */
const WORDS = new RegExp(
  [
    'change|replace|insert|generate|enter|your|mine|this|here|with|from|must|should|please|some',
    'example|sample|default|dummy|fixme|todo|test|demo|local|development|production|staging',
    'secret|passw(or)?d|passphrase|private|token|value|string|random|character|char|very|super',
    'long|least|more|than|bytes|strong|secure|safe|admin|root|user|muster|adonis|laravel|panel',
    'app|key|not|the|and|for|qwerty|asdf|zxcv|uiop|hjkl',
  ].join('|'),
  'gi'
)

/**
 * A key that nobody can guess: 32 random bytes as base64url, 43 characters.
 *
 * @returns {string}
 */
export function freshKey() {
  return randomBytes(32).toString('base64url')
}

/**
 * The keys that a `_PREVIOUS` variable names, latest first.
 *
 * @param {string | undefined} text keys parted by commas
 * @returns {string[]}
 */
export function previousKeys(text) {
  return (text ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
}

/**
 * Why a key must not be used, to be read after its name, or null when it is good.
 *
 * @param {string | undefined} key
 * @returns {string | null}
 */
export function weaknessOf(key) {
  if (!key) return 'is missing'
  const text = key.replace(/^(base64|hex):/, '')
  if (text.length < SHORTEST) return `is shorter than ${SHORTEST} characters`
  if (PUBLISHED.includes(text)) return 'is an example that anyone can read'
  if (new Set(text).size < FEWEST_DIFFERENT) {
    return `has fewer than ${FEWEST_DIFFERENT} different characters`
  }
  if (periodOf(text) <= text.length / 2) return 'repeats a pattern'
  const rest = unguessable(text)
  return rest.length < LEAST_UNGUESSABLE || new Set(rest).size < FEWEST_DIFFERENT
    ? 'is made of words and sequences that can be guessed'
    : null
}

/**
 * Refuses keys that are missing, short, known or easy to guess, and keys that serve twice.
 *
 * @param {Record<string, string | undefined>} values APP_KEY, SECRETS_KEY and their `_PREVIOUS`
 * @param {{ serving: boolean }} options a process that does not serve may read with weak former
 *   keys: that is how one gets rid of them
 * @throws Error with one line for each, which names the variable and never shows the value
 */
export function assertKeys(values, { serving }) {
  const problems = [
    ...NAMES.map((name) => currentProblem(name, values[name])),
    values.APP_KEY && values.APP_KEY === values.SECRETS_KEY
      ? `APP_KEY and SECRETS_KEY are the same. Each needs one of its own. ${GOOD_KEY}`
      : null,
    ...(serving ? NAMES.flatMap((name) => previousProblems(name, values)) : []),
  ].filter((problem) => problem !== null)
  if (problems.length === 0) return
  throw Object.assign(new Error(problems.join('\n')), { code: 'E_CONSOLE' })
}

function currentProblem(name, key) {
  const weakness = weaknessOf(key)
  if (weakness === null) return null
  return key
    ? `${name} ${weakness}. ${GOOD_KEY}\n${replacing[name]}`
    : `${name} is missing. For a new panel npm start writes it; else restore your copy of .env.`
}

/** How a weak key is replaced without losing what depends on it. */
const replacing = {
  APP_KEY: 'Put it in place of this one; everyone signs in anew.',
  SECRETS_KEY:
    'Is something stored with it already? Then replace it by: node ace secrets:rotate --new-key',
}

function previousProblems(name, values) {
  const variable = `${name}_PREVIOUS`
  const others = NAMES.flatMap((other) => [values[other]])
  const former = previousKeys(values[variable])
  const weaknesses = former.map((key) =>
    others.includes(key) ? 'is in use as APP_KEY or SECRETS_KEY' : weaknessOf(key)
  )
  return [...new Set(weaknesses)]
    .filter((weakness) => weakness !== null)
    .map((weakness) => `${variable} names a key that ${weakness}. ${removing[name]}`)
}

/** What to do about a former key that may not be used any more. */
const removing = {
  APP_KEY: 'Remove it; who has a cookie made with it signs in anew.',
  SECRETS_KEY: 'Run: node ace secrets:rotate\nThen remove it.',
}

/** The length of the shortest beginning that the whole text repeats. */
function periodOf(text) {
  for (let period = 1; period < text.length; period++) {
    if (text.slice(period) === text.slice(0, -period)) return period
  }
  return text.length
}

/** A text without words, separators, and characters in order (abcd, 9876, aaaa, a1b2c3d4). */
function unguessable(text) {
  const guessable = new Set()
  for (const { index, 0: word } of text.matchAll(WORDS)) {
    for (let offset = 0; offset < word.length; offset++) guessable.add(index + offset)
  }
  for (const stride of [1, 2]) {
    for (let start = 0; start + 3 * stride < text.length; start++) {
      const places = [0, 1, 2, 3].map((step) => start + step * stride)
      if (inOrder(places.map((place) => text.charCodeAt(place)))) {
        for (const place of places) guessable.add(place)
      }
    }
  }
  return [...text].filter((char, place) => !guessable.has(place) && !'-_. '.includes(char)).join('')
}

function inOrder(codes) {
  const step = codes[1] - codes[0]
  return (
    Math.abs(step) <= 1 &&
    codes.every((code, place) => place === 0 || code - codes[place - 1] === step)
  )
}
