import { readdir, readFile } from 'node:fs/promises'
import { Edge } from 'edge.js'
import { test } from '@japa/runner'
import { registerViewGlobals } from '#providers/view_provider'

const views = new URL('../../../resources/views/', import.meta.url)
const styles = new URL('../../../resources/css/', import.meta.url)
const HOSTILE = '"><script>alert(1)</script>\'&'

async function filesIn(folder: URL, ending: string) {
  const names = await readdir(folder, { recursive: true })
  return Promise.all(
    names
      .filter((name) => name.endsWith(ending))
      .map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') }))
  )
}

function createEdge(shared: Record<string, unknown> = {}) {
  const edge = Edge.create()
  edge.mount(views)
  registerViewGlobals(edge)
  return edge.createRenderer().share({
    old: (_: string, value: unknown) => value,
    csrfField: () => '',
    ...shared,
  })
}

test.group('Templates', () => {
  test('hold nothing that the content policy forbids or that is not escaped', async ({
    assert,
  }) => {
    for (const { name, text } of await filesIn(views, '.edge')) {
      assert.notMatch(text, /\sstyle=/, `${name} has an inline style`)
      assert.notMatch(text, /\son[a-z]+=/, `${name} has an inline handler`)
      assert.notMatch(text, /\.toAttrs\(/, `${name} writes attributes that Edge does not escape`)
      for (const [, raw] of text.matchAll(/\{\{\{(.*?)\}\}\}/gs)) {
        assert.match(
          raw,
          /^ (await \$slots\.\w+\(\)|words|body|action) $/,
          `${name} prints raw text`
        )
      }
    }
  })

  test('keep every tag on a line of its own, where Edge sees it', async ({ assert }) => {
    for (const { name, text } of await filesIn(views, '.edge')) {
      const withoutComments = text.replace(/\{\{--.*?--\}\}/gs, '')
      for (const line of withoutComments.split('\n')) {
        assert.notMatch(line, /\S.*@(![a-z]|(if|each|slot|include)\(|end\b|else\b)/, name)
      }
    }
  })

  test('name only tokens for colours', async ({ assert }) => {
    for (const { name, text } of await filesIn(styles, '.css')) {
      if (name !== 'tokens.css') {
        assert.notMatch(text, /#[0-9a-f]{3,8}\b|rgb\(|hsl\(|oklch\(/i, name)
      }
    }
  })

  test('style every class that the markup of a log may have', async ({ assert }) => {
    const css = await readFile(new URL('components/run_log.css', styles), 'utf8')
    for (let index = 0; index < 16; index++) {
      assert.include(css, `.ansi-fg-${index} {`)
      assert.match(css, new RegExp(`\\.ansi-bg-${index}[,\\s]`))
    }
  })
})

test.group('Components', () => {
  test('escape hostile values in attributes and text', async ({ assert }) => {
    const edge = createEdge()
    const html = await edge.renderRaw(
      [
        '@!field.input({ name: "a", label: v, value: v, hint: v, error: v, placeholder: v })',
        '@!field.textarea({ name: "b", label: v, value: v })',
        '@!field.select({ name: "c", label: v, value: v, options: [{ value: v, label: v }] })',
        '@!field.radioGroup({ name: "d", label: v, options: [{ value: v, label: v, hint: v }] })',
        '@!field.checkbox({ name: "e", label: v, hint: v })',
        '@!field.readonly({ name: "f", label: v, value: v })',
        '@!ui.button({ text: v, title: v, href: v })',
        '@!ui.badge({ tone: "success", label: v })',
        '@!ui.copy({ text: v, label: v })',
        '@!ui.code({ text: v })',
        '@!ui.meter({ label: v, value: 1, max: 2, text: v })',
        '@!ui.tabs({ items: [{ label: v, href: v, active: true }] })',
        '@!ui.definition({ items: [{ label: v, value: v }, { label: v, value: v, copy: true }] })',
        '@!ui.confirm({ id: "x", title: v, text: v, action: v, confirmName: v, button: v })',
        '@!ui.emptyState({ title: v, text: v, drawing: "servers" })',
        '@!run.log({ id: "log", offset: 0, text: v, logUrl: v })',
        '@!run.steps({ steps: [{ name: v, title: v, state: "running" }] })',
      ].join('\n'),
      { v: HOSTILE }
    )

    assert.notInclude(html, '<script>alert')
    assert.notInclude(html, `="${HOSTILE}`)
    assert.include(html, '&lt;script&gt;alert(1)')
  })

  test('draw a log without script: numbered lines, colours, and the text for the viewer', async ({
    assert,
  }) => {
    const text = '\u001b[31mred\u001b[0m <b>\nsecond\n'
    const html = await createEdge().renderRaw('@!run.log({ id: "log", offset: 0, text })', { text })

    assert.include(html, 'id="L1"')
    assert.include(html, 'href="#L2"')
    assert.include(html, '<span class="ansi-fg-1">red</span> &lt;b&gt;')
    const [, json] = /data-log-text[^>]*>(.*?)<\/script>/s.exec(html)!
    assert.equal(JSON.parse(json), text)
  })

  test('send PUT and DELETE as POST with the method in the query', async ({ assert }) => {
    const edge = createEdge({ csrfField: () => '' })
    const html = await edge.renderRaw(
      '@form({ action: "/a?b=1", method: "DELETE" })\n@end\n@form({ action: "/c", method: "get" })\n@end'
    )

    assert.include(html, 'action="/a?b=1&amp;_method=DELETE"')
    assert.include(html, 'method="post"')
    assert.include(html, 'action="/c" method="get"')
  })

  test('mark a field that came back with an error and keep what was typed', async ({ assert }) => {
    const flash = new Map<string, unknown>([
      ['inputErrorsBag', { host: ['This is not an address.'] }],
      ['host', 'typed'],
    ])
    const edge = createEdge({
      flashMessages: {
        get: (key: string, otherwise: unknown) => flash.get(key) ?? otherwise,
        has: (key: string) => flash.has(key),
      },
      old: (key: string, otherwise: unknown) => flash.get(key) ?? otherwise,
    })
    const html = await edge.renderRaw(
      [
        '@!field.input({ name: "host", label: "Host", hint: "An address" })',
        '@!field.input({ name: "password", label: "Password", type: "password", value: "" })',
        '@!field.checkbox({ name: "push", label: "Push", checked: true })',
      ].join('\n')
    )

    assert.include(html, 'value="typed"')
    assert.include(html, 'aria-invalid="true" aria-describedby="host-error host-hint"')
    assert.match(html, /id="host-error">[^]*This is not an address\./)
    assert.notInclude(html, 'checked')
  })

  test('refuse a name that no icon has', async ({ assert }) => {
    const edge = createEdge()

    await assert.rejects(() => edge.renderRaw('{{ icon("../../package") }}'))
    await assert.rejects(() => edge.renderRaw('{{ icon("no-such-icon") }}'))
    assert.include(
      await edge.renderRaw('{{ icon("server", { label: "A \\"server\\"" }) }}'),
      '&quot;'
    )
  })
})
