/** What is known of a repository: text of strangers, cut where it is long. */
export interface RepositoryFiles {
  /** Files near the root, by their path. */
  paths: readonly string[]
  /** What is in the known ones, by path. */
  contents: ReadonlyMap<string, string>
}

/** One directory of a repository, as a rule sees it. */
export class Directory {
  readonly #names: ReadonlySet<string>
  readonly #contents: ReadonlyMap<string, string>

  /** @param path `.` for the repository itself */
  constructor({ paths, contents }: RepositoryFiles, path: string) {
    const prefix = path === '.' ? '' : `${path}/`
    const within = (name: string) => name.startsWith(prefix)
    this.#names = new Set(paths.filter(within).map((name) => name.slice(prefix.length)))
    this.#contents = new Map(
      [...contents]
        .filter(([name]) => within(name))
        .map(([name, text]) => [name.slice(prefix.length), text])
    )
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /** The first of some names that is there. */
  first(...names: readonly string[]): string | null {
    return names.find((name) => this.has(name)) ?? null
  }

  /** The text of a file; empty when it is not there or was not read. */
  text(name: string): string {
    return this.#contents.get(name) ?? ''
  }

  /** The first line of a file, such as a version. */
  line(name: string): string | null {
    const line = this.text(name)
      .trimStart()
      .slice(0, 200)
      .split(/[\r\n]/)[0]
      .trim()
    return line === '' ? null : line
  }

  names(): string[] {
    return [...this.#names]
  }

  /** An object of JSON; null for all else. A byte order mark is no part of it. */
  json(name: string): Record<string, unknown> | null {
    try {
      const value: unknown = JSON.parse(this.text(name).replace(/^\uFEFF/, ''))
      return isObject(value) ? value : null
    } catch {
      return null
    }
  }
}

/** A field of an object from a stranger, as an object. */
export function objectIn(of: Record<string, unknown> | null, key: string): Record<string, unknown> {
  const value = of !== null && Object.hasOwn(of, key) ? of[key] : null
  return isObject(value) ? value : {}
}

/** A field of an object from a stranger, as a line of text; null for all else. */
export function textIn(of: Record<string, unknown> | null, key: string): string | null {
  const value = of !== null && Object.hasOwn(of, key) ? of[key] : null
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
