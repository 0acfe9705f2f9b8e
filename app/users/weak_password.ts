import { refuse } from '#app/core/exceptions/refusal'

/** What many passwords are made of, in lower case. */
const WORDS = [
  ...['password', 'passwort', 'passphrase', 'secret', 'login', 'admin', 'administrator', 'root'],
  ...[
    'toor',
    'user',
    'guest',
    'test',
    'demo',
    'default',
    'changeme',
    'letmein',
    'welcome',
    'hello',
  ],
  ...['qwerty', 'qwertz', 'azerty', 'asdf', 'asdfgh', 'zxcv', 'zxcvbn', 'qaz', 'wsx', 'abc'],
  ...[
    'iloveyou',
    'love',
    'monkey',
    'dragon',
    'master',
    'shadow',
    'sunshine',
    'princess',
    'football',
  ],
  ...['baseball', 'superman', 'batman', 'pokemon', 'starwars', 'computer', 'internet', 'whatever'],
  ...[
    'trustno',
    'trustno1',
    'correcthorsebatterystaple',
    'server',
    'muster',
    'my',
    'the',
    'super',
    'new',
  ],
]

/** Rows and columns of keyboards, the alphabet and the digits, each walked along and back. */
const WALKS = [
  ...['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', '1234567890-=', 'qwertyuiop[]'],
  ...['qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm', 'azertyuiopqsdfghjklmwxcvbn'],
  ...['1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'qazwsxedcrfvtgbyhnujm', '1q2w3e4r5t6y7u8i9o0p'],
  'q1w2e3r4t5y6u7i8o9p0',
].flatMap((walk) => [walk, [...walk].reverse().join('')])

const ONLY_WORDS = new RegExp(`^(?:${WORDS.join('|')})+$`)

/** A unit of up to six characters, over and over, cut off anywhere. */
const REPEATED = /^(.{1,6}?)\1+(.{0,5})$/su

/** Letters as they are often disguised. */
const DISGUISES: Record<string, string> = { '@': 'a', '0': 'o', '$': 's', '3': 'e', '1': 'i' }

/** How many digits and signs around a word are not enough to make it a password. */
const DECORATION = 8

/**
 * Why a password that is long enough is too easy to guess, for the person; null when it is not:
 * one of those that are tried first, or what everybody knows about the person.
 */
export function weaknessOf(
  password: string,
  person: { email: string; fullName: string }
): string | null {
  if (isAboutPerson(password, person)) return 'Take a password that is not your name or address.'
  return isCommon(password)
    ? 'This password is among the first that are tried. Take another.'
    : null
}

/**
 * Refuses a password that is too easy to guess, for the field `password`.
 */
export function assertStrong(password: string, person: { email: string; fullName: string }) {
  const weakness = weaknessOf(password, person)
  if (weakness) refuse('password', weakness)
}

function isAboutPerson(password: string, { email, fullName }: { email: string; fullName: string }) {
  const stem = lettersOf(undecorated(password))
  const known = [email, email.split('@')[0], fullName].flatMap((text) => [
    lettersOf(text.toLowerCase()),
    lettersOf(undecorated(text)),
  ])
  return stem !== '' && known.includes(stem)
}

function isCommon(password: string): boolean {
  const text = password.toLowerCase()
  const [, unit, rest] = REPEATED.exec(text) ?? []
  if (unit !== undefined && unit.startsWith(rest)) return true
  if (WALKS.some((walk) => walk.includes(text))) return true
  const stem = undecorated(text)
  if (text.length - stem.length > DECORATION) return false
  const plain = stem.replaceAll(/[@0$31]/g, (sign) => DISGUISES[sign])
  return [stem, plain].some((each) => ONLY_WORDS.test(each) || isRepeatedWalk(each))
}

/** Such as "qwertyqwerty", or a walk with digits behind it. */
function isRepeatedWalk(text: string): boolean {
  return text.length >= 6 && WALKS.some((walk) => walk.includes(text))
}

/** Without the digits and signs around it. */
function undecorated(text: string): string {
  return text.toLowerCase().replace(/^[^\p{L}@$]+|[^\p{L}]+$/gu, '')
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '')
}
