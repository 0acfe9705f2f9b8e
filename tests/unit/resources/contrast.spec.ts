import { readFile } from 'node:fs/promises'
import { test } from '@japa/runner'

const source = await readFile(new URL('../../../resources/css/tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...source.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name, light, dark]) => [name, { light, dark }] as const
  )
)

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string) {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(first: string, second: string) {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const PAGES = ['surface', 'surface-sunken', 'surface-raised', 'surface-hover', 'surface-control']
const STATES = ['success', 'warning', 'danger', 'running', 'scheduled']
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const TAGS = ['clay', 'heather', 'lagoon', 'moss', 'rose', 'sand', 'steel', 'stone']
const TERMINAL = COLOURS.flatMap((name) => [`ansi-${name}`, `ansi-bright-${name}`])

const pairs: [ink: string, behind: string, least: number][] = [
  ...PAGES.flatMap((page): [string, string, number][] => [
    ['text', page, 7],
    ['text-muted', page, 4.5],
    ['text-faint', page, 4.5],
    ['accent', page, 4.5],
    ...STATES.map((state): [string, string, number] => [state, page, 4.5]),
  ]),
  ...STATES.flatMap((state): [string, string, number][] => [
    [state, `${state}-soft`, 4.5],
    ['text', `${state}-soft`, 7],
  ]),
  ['text', 'surface-selected', 7],
  ['text-muted', 'surface-selected', 4.5],
  ['text-muted', 'neutral-4', 4.5],
  ['text', 'neutral-5', 7],
  ['text', 'neutral-6', 7],
  ...[1, 2, 3, 4, 5, 6].map((tint): [string, string, number] => ['text', `avatar-${tint}`, 4.5]),
  ['accent', 'accent-soft', 4.5],
  ['accent', 'neutral-5', 4.5],
  ['on-accent', 'accent-solid', 4.5],
  ['on-accent', 'accent-solid-hover', 4.5],
  ['on-danger', 'danger-solid', 4.5],
  ['on-danger', 'danger-solid-hover', 4.5],
  ['text', 'selection', 4.5],
  ['log-text', 'log-surface', 7],
  ['log-number', 'log-surface', 4.5],
  ['log-match-ink', 'log-match', 4.5],
  ['log-match-ink', 'log-match-current', 4.5],
  ...TERMINAL.map((name): [string, string, number] => [name, 'log-surface', 4.5]),
  // What is not text but has to be seen: 3 to 1.
  ...TAGS.flatMap((name) =>
    PAGES.map((page): [string, string, number] => [`tag-${name}`, page, 3])
  ),
  ['line-control', 'surface', 3],
  ['line-control', 'surface-control', 3],
  ['focus', 'surface', 3],
  ['focus', 'surface-raised', 3],
  ['warning-mark', 'surface', 3],
]

test.group('Contrast of the tokens', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const [ink, behind, least] of pairs) {
      test(`${ink} on ${behind} is at least ${least} to 1 in the ${theme} theme`, ({ assert }) => {
        const [first, second] = [tokens.get(ink), tokens.get(behind)]

        assert.exists(first, `the token ${ink}`)
        assert.exists(second, `the token ${behind}`)
        assert.isAtLeast(contrast(first![theme], second![theme]), least)
      })
    }
  }
})
