type Context = 'plain' | 'double' | 'single' | 'comment' | 'substitution' | 'parenthesis'

/**
 * Reads the fixed text of a command template piece by piece and knows whether a value may stand
 * where the text ends. A quoted value is only one word in a plain place: inside quotes, comments
 * and here-documents the shell would read it differently, so such templates are refused.
 *
 * @throws TypeError from `read`, `place` and `end`, naming what to write instead.
 */
export class LiteralReader {
  readonly #contexts: Context[] = ['plain']
  #escaped = false
  #previous = ''

  /** More than one simple command: it needs braces before it can be joined with others. */
  compound = false

  /** Reads the text up to the next value. */
  read(text: string): void {
    for (let index = 0; index < text.length; index++) {
      this.#character(text[index], text[index + 1] ?? '')
    }
  }

  /** Says that a value follows. */
  place(): void {
    if (this.#escaped || (this.#previous === '$' && this.#context !== 'comment')) {
      throw new TypeError('A value must not follow a backslash or a dollar sign.')
    }
    if (this.#context === 'comment') {
      throw new TypeError('A value must not stand in a shell comment.')
    }
    if (this.#context === 'single' || this.#context === 'double') {
      throw new TypeError('A value must not stand inside quotes: it is quoted by itself.')
    }
    this.#previous = 'value'
  }

  /** Says that the template ends here. */
  end(): void {
    if (this.#escaped || this.#contexts.length > 1) {
      throw new TypeError('A command must not end inside quotes, parentheses or a comment.')
    }
  }

  get #context(): Context {
    return this.#contexts[this.#contexts.length - 1]
  }

  #character(character: string, next: string): void {
    const previous = this.#previous
    this.#previous = character
    if (this.#escaped) {
      this.#escaped = false
      this.#previous = 'escaped'
      return
    }
    switch (this.#context) {
      case 'single':
        if (character === "'") this.#contexts.pop()
        return
      case 'comment':
        if (character === '\n') this.#contexts.pop()
        return
      case 'double':
        if (character === '"') this.#contexts.pop()
        else this.#expansion(character, previous)
        return
      default:
        this.#plain(character, previous, next)
    }
  }

  #expansion(character: string, previous: string): boolean {
    if (character === '\\') this.#escaped = true
    else if (character === '`') throw new TypeError('Write $(...) instead of backticks.')
    else if (character === '(' && previous === '$') this.#contexts.push('substitution')
    else return false
    return true
  }

  #plain(character: string, previous: string, next: string): void {
    if (this.#expansion(character, previous)) return
    if (character === "'" || character === '"') {
      if (character === "'" && previous === '$') {
        throw new TypeError("Write '...' instead of $'...', which not every shell knows.")
      }
      this.#contexts.push(character === "'" ? 'single' : 'double')
    } else if (character === '#' && /^[\s;&|()]?$/.test(previous)) {
      this.#contexts.push('comment')
    } else if (character === '<' && next === '<') {
      throw new TypeError('Give the text as stdin instead of a here-document.')
    } else if (character === '(') {
      this.#contexts.push('parenthesis')
    } else if (character === ')') {
      if (this.#contexts.length > 1) this.#contexts.pop()
    } else if (/[;&|\n]/.test(character) && this.#contexts.length === 1) {
      const redirection = character === '&' && (previous === '>' || previous === '<')
      if (!redirection) this.compound = true
    }
  }
}
