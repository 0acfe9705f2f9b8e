/**
 * One line of terminal output: its plain text, and the styles of its parts as flat pairs of
 * (length in UTF-16 units, style number). `runs` is null when nothing in the line is styled.
 */
export interface AnsiLine {
  readonly text: string
  readonly runs: readonly number[] | null
}

/** A piece of a line that has one look. `className` is '' for plain text. */
export interface AnsiSegment {
  readonly text: string
  readonly className: string
}

const BOLD = 1
const DIM = 2
const ITALIC = 4
const UNDERLINE = 8
const STRIKE = 16
const INVERSE = 32
const FLAGS: Record<number, number> = {
  1: BOLD,
  2: DIM,
  3: ITALIC,
  4: UNDERLINE,
  7: INVERSE,
  9: STRIKE,
}
const UNSET: Record<number, number> = {
  22: BOLD | DIM,
  23: ITALIC,
  24: UNDERLINE,
  27: INVERSE,
  29: STRIKE,
}
const FLAG_CLASSES: [number, string][] = [
  [BOLD, 'ansi-bold'],
  [DIM, 'ansi-dim'],
  [ITALIC, 'ansi-italic'],
  [UNDERLINE, 'ansi-underline'],
  [STRIKE, 'ansi-strike'],
]

/** A sequence longer than this is not one that any program means. */
const MAX_PARAMETERS = 64
/** A cursor may be moved this far past the end of a line, no further. */
const MAX_PADDING = 256

/* eslint-disable no-control-regex */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/**
 * Reads terminal output piece by piece and gives lines of styled plain text. Every step consumes
 * input, so time grows with the length of the input and nothing else. What is not a colour is
 * dropped: cursor movement between lines, titles, hyperlinks (OSC), device strings, bidirectional
 * overrides. The result holds text and numbers only; it is up to the caller to make text nodes.
 * Follows ECMA-48 and xterm's ctlseqs. Each "\n" of the input ends exactly one line.
 */
export class AnsiParser {
  #state: 'text' | 'escape' | 'intermediate' | 'csi' | 'string' = 'text'
  #parameters = ''
  #style = 0
  #text = ''
  #runs: number[] = []
  #column = 0
  #cells: { characters: string[]; styles: number[] } | null = null

  /**
   * Takes the next piece of output and returns the lines that it completes.
   */
  push(input: string): AnsiLine[] {
    const lines: AnsiLine[] = []
    let at = 0
    while (at < input.length) {
      if (this.#state === 'text') {
        at = this.#readText(input, at, lines)
      } else {
        at = this.#readSequence(input, at)
      }
    }
    return lines
  }

  /**
   * The line that has begun and not ended yet.
   */
  get pending(): AnsiLine {
    return this.#line()
  }

  #readText(input: string, from: number, lines: AnsiLine[]): number {
    CONTROL.lastIndex = from
    const match = CONTROL.exec(input)
    const end = match ? match.index : input.length
    if (end > from) {
      this.#write(input.slice(from, end))
    }
    if (match) {
      this.#control(match[0], lines)
      return end + 1
    }
    return end
  }

  #control(character: string, lines: AnsiLine[]) {
    switch (character) {
      case '\n':
        lines.push(this.#line())
        this.#clear()
        break
      case '\r':
        this.#column = 0
        break
      case '\b':
        this.#column = Math.max(0, this.#column - 1)
        break
      case '\u001b':
        this.#state = 'escape'
        break
    }
  }

  /** Reads one character of an escape sequence; leaves "\n" to the text state. */
  #readSequence(input: string, at: number): number {
    const character = input[at]
    const code = input.charCodeAt(at)
    if (character === '\n') {
      this.#state = 'text'
      return at
    }
    if (character === '\u001b') {
      this.#state = 'escape'
      return at + 1
    }

    switch (this.#state) {
      case 'escape':
        this.#parameters = ''
        if (character === '[') {
          this.#state = 'csi'
        } else if (character === ']' || 'PX^_'.includes(character)) {
          this.#state = 'string'
        } else {
          this.#state = code >= 0x20 && code <= 0x2f ? 'intermediate' : 'text'
        }
        break
      case 'intermediate':
        this.#state = code >= 0x20 && code <= 0x2f ? 'intermediate' : 'text'
        break
      case 'csi':
        this.#readCsi(character, code)
        break
      case 'string':
        if (character === '\u0007' || character === '\u009c') {
          this.#state = 'text'
        }
        break
    }
    return at + 1
  }

  #readCsi(character: string, code: number) {
    if (code >= 0x20 && code <= 0x3f) {
      if (this.#parameters.length < MAX_PARAMETERS) {
        this.#parameters += character
      }
      return
    }
    this.#state = 'text'
    if (this.#parameters.length === MAX_PARAMETERS || /[^\d;:]/.test(this.#parameters)) {
      return
    }
    const first = Number.parseInt(this.#parameters, 10) || 0
    switch (character) {
      case 'm':
        this.#applyStyle()
        break
      case 'K':
        this.#erase(first)
        break
      case 'G':
        this.#moveTo(first - 1)
        break
      case 'C':
        this.#moveTo(this.#column + Math.max(1, first))
        break
      case 'D':
        this.#moveTo(this.#column - Math.max(1, first))
        break
    }
  }

  #applyStyle() {
    const codes = this.#parameters.split(/[;:]/).map((code) => Number.parseInt(code, 10) || 0)
    let at = 0
    while (at < codes.length) {
      at += this.#applyCode(codes, at)
    }
  }

  /** Applies the code at `at`; returns how many codes that took. */
  #applyCode(codes: number[], at: number): number {
    const code = codes[at]
    if (code === 38 || code === 48) {
      const [colour, taken] = extendedColour(codes, at + 1)
      this.#setColour(code === 48, colour)
      return 1 + taken
    }
    const colour = basicColour(code)
    if (code === 0) {
      this.#style = 0
    } else if (FLAGS[code]) {
      this.#style |= FLAGS[code]
    } else if (UNSET[code]) {
      this.#style &= ~UNSET[code]
    } else if (code === 39 || code === 49) {
      this.#setColour(code === 49, -1)
    } else if (colour) {
      this.#setColour(colour.background, colour.index)
    }
    return 1
  }

  #setColour(background: boolean, index: number) {
    const shift = background ? 11 : 6
    this.#style = (this.#style & ~(31 << shift)) | ((index + 1) << shift)
  }

  #length() {
    return this.#cells ? this.#cells.characters.length : this.#text.length
  }

  #moveTo(column: number) {
    this.#column = Math.min(Math.max(0, column), this.#length() + MAX_PADDING)
  }

  #write(text: string) {
    if (!this.#cells && this.#column === this.#text.length) {
      this.#text += text
      this.#column += text.length
      appendRun(this.#runs, text.length, this.#style)
      return
    }
    const cells = this.#edit()
    while (cells.characters.length < this.#column) {
      cells.characters.push(' ')
      cells.styles.push(0)
    }
    for (const character of text) {
      cells.characters[this.#column] = character
      cells.styles[this.#column] = this.#style
      this.#column++
    }
  }

  #erase(mode: number) {
    if (mode === 0 && this.#column >= this.#length()) {
      return
    }
    const cells = this.#edit()
    if (mode === 0) {
      cells.characters.length = this.#column
      cells.styles.length = this.#column
    } else if (mode === 1) {
      const end = Math.min(this.#column + 1, cells.characters.length)
      cells.characters.fill(' ', 0, end)
      cells.styles.fill(0, 0, end)
    } else if (mode === 2) {
      cells.characters.length = 0
      cells.styles.length = 0
    }
  }

  /** A line that is overwritten is kept as cells from then on, so that each write costs its own length. */
  #edit() {
    if (!this.#cells) {
      const styles: number[] = []
      for (let index = 0; index < this.#runs.length; index += 2) {
        for (let count = 0; count < this.#runs[index]; count++) {
          styles.push(this.#runs[index + 1])
        }
      }
      this.#cells = { characters: this.#text.split(''), styles }
    }
    return this.#cells
  }

  #line(): AnsiLine {
    if (!this.#cells) {
      return { text: this.#text, runs: this.#runs.some(isStyle) ? this.#runs.slice() : null }
    }
    const runs: number[] = []
    const { characters, styles } = this.#cells
    characters.forEach((character, column) => appendRun(runs, character.length, styles[column]))
    return { text: characters.join(''), runs: runs.some(isStyle) ? runs : null }
  }

  #clear() {
    this.#text = ''
    this.#runs = []
    this.#cells = null
    this.#column = 0
  }
}

/**
 * Cuts a line into pieces of one look each, in order. Joined, they are the line's text.
 */
export function segmentsOf(line: AnsiLine): AnsiSegment[] {
  if (!line.runs) {
    return line.text === '' ? [] : [{ text: line.text, className: '' }]
  }
  const segments: AnsiSegment[] = []
  let at = 0
  for (let index = 0; index < line.runs.length; index += 2) {
    const text = line.text.slice(at, at + line.runs[index])
    segments.push({ text, className: styleClass(line.runs[index + 1]) })
    at += line.runs[index]
  }
  return segments
}

const classNames = new Map<number, string>([[0, '']])

/** The class names of a style number: from a closed set, never from the input. */
function styleClass(style: number): string {
  const known = classNames.get(style)
  if (known !== undefined) {
    return known
  }
  let foreground = ((style >> 6) & 31) - 1
  let background = ((style >> 11) & 31) - 1
  const names = FLAG_CLASSES.filter(([flag]) => style & flag).map(([, name]) => name)
  if (style & INVERSE) {
    const swapped = background
    background = foreground
    foreground = swapped
    if (background < 0) {
      names.push('ansi-inverse')
    }
  }
  if (background >= 0) {
    names.push(`ansi-bg-${background}`)
  } else if (foreground >= 0 && !(style & INVERSE)) {
    names.push(`ansi-fg-${foreground}`)
  }
  const className = names.join(' ')
  classNames.set(style, className)
  return className
}

function isStyle(value: number, index: number) {
  return index % 2 === 1 && value !== 0
}

function appendRun(runs: number[], length: number, style: number) {
  if (runs.length > 0 && runs[runs.length - 1] === style) {
    runs[runs.length - 2] += length
  } else {
    runs.push(length, style)
  }
}

function basicColour(code: number): { background: boolean; index: number } | null {
  if (code >= 30 && code <= 37) return { background: false, index: code - 30 }
  if (code >= 40 && code <= 47) return { background: true, index: code - 40 }
  if (code >= 90 && code <= 97) return { background: false, index: code - 82 }
  if (code >= 100 && code <= 107) return { background: true, index: code - 92 }
  return null
}

/** Reads `5;n` or `2;r;g;b` at `from`: the nearest of the 16 colours, and how many codes it took. */
function extendedColour(codes: number[], from: number): [index: number, taken: number] {
  if (codes[from] === 5) {
    return [paletteColour(codes[from + 1] ?? 0), 2]
  }
  if (codes[from] === 2) {
    return [nearestColour(codes[from + 1] ?? 0, codes[from + 2] ?? 0, codes[from + 3] ?? 0), 4]
  }
  return [-1, 0]
}

function paletteColour(index: number): number {
  if (index < 16) {
    return Math.max(0, index)
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return nearestColour(grey, grey, grey)
  }
  const cube = index - 16
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40)
  return nearestColour(
    level(Math.floor(cube / 36)),
    level(Math.floor(cube / 6) % 6),
    level(cube % 6)
  )
}

/**
 * The terminal's 16 colours are tuned for both themes; a free colour is not, so it takes the
 * nearest of them by hue, and by lightness for greys.
 */
function nearestColour(red: number, green: number, blue: number): number {
  const most = Math.max(red, green, blue)
  const least = Math.min(red, green, blue)
  const range = most - least
  if (range < 40) {
    const middle = (most + least) / 2
    return middle < 64 ? 0 : middle < 144 ? 8 : middle < 216 ? 7 : 15
  }
  let hue: number
  if (most === red) {
    hue = ((green - blue) / range + 6) % 6
  } else if (most === green) {
    hue = (blue - red) / range + 2
  } else {
    hue = (red - green) / range + 4
  }
  const colour = [1, 3, 2, 6, 4, 5][Math.round(hue) % 6]
  return most > 200 && least > 80 ? colour + 8 : colour
}
