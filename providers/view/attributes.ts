import { edgeGlobals } from 'edge.js'
import { escape } from './escape.js'

const { safe } = edgeGlobals.html
const ATTRIBUTE_NAME = /^[a-z_:@][\w:.@-]*$/i

interface Props {
  all(): Record<string, unknown>
}

/**
 * Writes HTML attributes, every value escaped (Edge's own `toAttrs` escapes none). `props`, a
 * component's `$props` without its `known` ones or a plain object, win over
 * `defaults`, except that classes add up. `false`, `null` and `undefined` leave an attribute out,
 * `true` writes it bare. Throws on a name that is not one.
 */
export function attributes(
  props: Props | Record<string, unknown>,
  known: string[] = [],
  defaults: Record<string, unknown> = {}
) {
  const given: Record<string, unknown> =
    typeof props.all === 'function' ? (props as Props).all() : (props as Record<string, unknown>)
  const merged = { ...defaults }
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) merged[name] = given[name]
  }
  merged.class = [defaults.class, given.class].flat().filter(Boolean).join(' ') || null
  const written: string[] = []
  for (const name of Object.keys(merged)) {
    const value = merged[name]
    if (value === false || value === null || value === undefined || name.startsWith('$')) {
      continue
    }
    if (!ATTRIBUTE_NAME.test(name)) {
      throw new Error(`"${name}" is not the name of an HTML attribute`)
    }
    written.push(value === true ? name : `${name}="${escape(String(value))}"`)
  }
  return safe(written.join(' '))
}
