import type { Assert } from '@japa/assert'

/**
 * Fails for what a page lacks or has too much of when a template went wrong.
 */
export function assertWhole(assert: Assert, page: string) {
  assert.match(page, /^<!DOCTYPE html>/i)
  assert.match(page, /<\/html>\s*$/)
  assert.match(page, /<title>[^<]+<\/title>/)
  for (const [word] of page.matchAll(/\[object \w+\]|\bundefined\b|\bNaN\b|Invalid DateTime/g)) {
    assert.fail(`The page says "${word}"`)
  }
  assert.notMatch(page, /\{\{|\sstyle=|\son[a-z]+=/)
}
