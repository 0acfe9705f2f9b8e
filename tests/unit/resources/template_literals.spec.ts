import { readdir } from 'node:fs/promises'
import { Edge } from 'edge.js'
import { test } from '@japa/runner'
import { joinLiterals } from '#providers/view/template_literals'
import { registerViewGlobals } from '#providers/view_provider'

const views = new URL('../../../resources/views/', import.meta.url)

test.group('The fixed text of templates', () => {
  test('is added at once where it stands together', ({ assert }) => {
    const compiled = [
      'let out = "";',
      'out += "<p class=\\"a\\">";',
      'out += "\\n";',
      'out += "";',
      'out += `${template.escape(state.name)}`;',
      'out += "</p>";',
      'slot_main += "x";',
      'slot_main += "y";',
      'return out;',
    ]
    assert.equal(
      joinLiterals(compiled.join('\n')),
      [
        'let out = "";',
        'out += "<p class=\\"a\\">\\n";',
        'out += `${template.escape(state.name)}`;',
        'out += "</p>";',
        'slot_main += "xy";',
        'return out;',
      ].join('\n')
    )
  })

  test('is the same as without that, of every template', async ({ assert }) => {
    const names = (await readdir(views, { recursive: true }))
      .filter((name) => name.endsWith('.edge'))
      .map((name) => name.slice(0, -'.edge'.length))
    const edge = Edge.create()
    edge.mount(views)
    registerViewGlobals(edge)
    edge.registerTag({ tagName: 'vite', block: false, seekable: true, compile() {} })
    edge.createRenderer()
    let before = 0
    let after = 0
    edge.processor.process('compiled', ({ compiled, path }) => {
      const joined = joinLiterals(compiled)
      assert.equal(withoutSeams(joined), withoutSeams(compiled), path)
      before += compiled.split('\n').length
      after += joined.split('\n').length
    })
    for (const name of names) edge.asyncCompiler.compile(name)
    assert.isAbove(names.length, 100)
    assert.isBelow(after, before * 0.9)
  })
})

/** Code, with each text that follows another put behind it. */
function withoutSeams(compiled: string): string {
  let code = compiled
  for (;;) {
    const closed = code
      .replaceAll(/^(\w+) \+= "";\n/gm, '')
      .replaceAll(/^(\w+) \+= "(.*)";\n\1 \+= "(.*)";$/gm, '$1 += "$2$3";')
    if (closed === code) return code
    code = closed
  }
}
