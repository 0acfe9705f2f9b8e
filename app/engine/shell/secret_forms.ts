import { quote } from '#engine/shell/quote'

/** Shorter values are not searched for: they would cut holes into ordinary text. */
export const MINIMUM_SECRET_BYTES = 4

/** Lines of a secret with several lines are searched one by one from this length on. */
const MINIMUM_LINE_BYTES = 8

/** How a secret may look in output: as bytes that stand together, and as base64 text that may be wrapped. */
export interface SecretForms {
  plain: Buffer[]
  wrapped: Buffer[]
}

/**
 * The forms of a secret that are searched for in output: itself and its long lines; quoted for a
 * shell; as a JSON string; percent-encoded (RFC 3986, HTML forms, upper and lower case); hex;
 * base64 and base64url at each of the three alignments it can have inside a longer text.
 */
export function formsOf(secret: string): SecretForms {
  const raw = Buffer.from(secret)
  if (raw.length < MINIMUM_SECRET_BYTES) return { plain: [], wrapped: [] }
  const texts = [secret, ...longLines(secret)]
  const plain = new Set<string>()
  for (const text of texts) {
    for (const form of plainFormsOf(text)) plain.add(form)
  }
  const wrapped = new Set(base64FormsOf(raw))
  return { plain: buffers(plain), wrapped: buffers(wrapped) }
}

function longLines(secret: string): string[] {
  return secret
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => Buffer.byteLength(line) >= MINIMUM_LINE_BYTES)
}

function plainFormsOf(text: string): string[] {
  if (!text.isWellFormed()) return [text]
  const percent = encodeURIComponent(text)
  const strict = percent.replace(/[!'()*]/g, (character) => percentEncoded(character))
  const form = new URLSearchParams({ v: text }).toString().slice(2)
  const encoded = [percent, strict, form]
  const hex = Buffer.from(text).toString('hex')
  return [
    text,
    text.replaceAll("'", "'\\''"),
    text.includes('\0') ? text : quote(text).slice(1, -1),
    JSON.stringify(text).slice(1, -1),
    ...encoded,
    ...encoded.map((value) => value.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())),
    hex,
    hex.toUpperCase(),
  ]
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/**
 * For 0, 1 and 2 bytes before the secret, what of the base64 text depends on the secret alone, and
 * the same up to the end of a text that ends with the secret or with a line feed after it.
 */
function base64FormsOf(raw: Buffer): string[] {
  const forms: string[] = []
  for (const before of [0, 1, 2]) {
    const start = Math.ceil((before * 8) / 6)
    const end = Math.floor(((before + raw.length) * 8) / 6)
    const text = base64(before, raw).slice(start)
    const line = base64(before, raw, '\n').slice(start)
    forms.push(text.slice(0, end - start), text, line)
  }
  return forms.flatMap((form) => {
    const bare = form.replace(/=+$/, '')
    return [form, bare, bare.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function base64(before: number, raw: Buffer, after = ''): string {
  return Buffer.concat([Buffer.alloc(before), raw, Buffer.from(after)]).toString('base64')
}

function buffers(forms: Iterable<string>): Buffer[] {
  return [...forms].map((form) => Buffer.from(form)).filter((form) => form.length > 0)
}
