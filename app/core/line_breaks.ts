/**
 * The text a person typed into a field of several lines. Browsers send every line break of one as
 * CR LF (HTML Standard, 4.10.21.4 Constructing the entry list), which a shell takes for part of
 * the last word.
 */
export function typedLines(text: string): string
export function typedLines(text: string | null): string | null
export function typedLines(text: string | null): string | null {
  return text?.replaceAll('\r\n', '\n') ?? null
}
