import { sentences } from '#app/activity/sentences'

/** A part of a sentence; spaces stand between parts. */
export type Part =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'subject'; text: string; href: string | null }
  | { kind: 'duration'; milliseconds: number }

/** What a sentence is made from. */
export interface Told {
  action: string
  subjectName: string | null
  details: Record<string, unknown>
}

export interface Phrase {
  /** Whether it goes on from the name of who acted. */
  continues: boolean
  parts: Part[]
}

/**
 * An act in words. An action that the table of sentences does not have is put into words by its
 * name.
 *
 * @param href where the subject's page is, if there still is one to see
 */
export function phraseOf(told: Told, href: string | null): Phrase {
  const template = Object.hasOwn(sentences, told.action)
    ? sentences[told.action]
    : inGeneral(told.action)
  const parts: Part[] = []
  for (const word of template.split(' ')) {
    const part = partOf(word, told, href)
    const last = parts.at(-1)
    if (part.kind === 'text' && last?.kind === 'text') last.text += ` ${part.text}`
    else parts.push(part)
  }
  return { continues: /^[a-z]/.test(template), parts }
}

function partOf(word: string, { subjectName, details }: Told, href: string | null): Part {
  const [, key, form] = /^\{(\w+)(?:\|(\w+))?\}$/.exec(word) ?? []
  if (key === undefined) return { kind: 'text', text: word }
  if (key === 'subject') return { kind: 'subject', text: subjectName ?? 'something', href }
  const value = Object.hasOwn(details, key) ? details[key] : undefined
  if (form === 'duration') return { kind: 'duration', milliseconds: Number(value ?? 0) * 1000 }
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown'
  return { kind: form === 'code' ? 'code' : 'text', text }
}

/** "passkey.removed" becomes "removed passkey {subject}". */
function inGeneral(action: string): string {
  const [noun, verb = 'changed'] = action.toLowerCase().replaceAll('_', ' ').split('.')
  return `${verb} ${noun} {subject}`
}
