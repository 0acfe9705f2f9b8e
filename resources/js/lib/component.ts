/** What Alpine adds to every component's `this`. */
interface Magics {
  $el: HTMLElement
  $root: HTMLElement
  $refs: Record<string, HTMLElement | undefined>
  $nextTick(callback?: () => void): Promise<void>
}

/**
 * Types `this` inside an Alpine component. State that Alpine should watch goes on the returned
 * object; everything else (class instances above all) stays in the factory's own variables.
 */
export function component<T extends object>(factory: () => T & ThisType<T & Magics>) {
  return factory
}
