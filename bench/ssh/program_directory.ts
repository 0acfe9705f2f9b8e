import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/** What is compiled: the engine, and the programs that use it. */
const SOURCES = ['app/engine/**/*.ts', 'bench/ssh/programs/*.ts']

/**
 * Compiles the engine and the programs of the benchmark as a production build does, so that a
 * program's start costs what starting JavaScript costs.
 *
 * @param directory an empty one
 * @returns the directory of the programs
 */
export function compilePrograms(directory: string): string {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  }
  for (const file of globSync(SOURCES, { cwd: root })) {
    if (file.startsWith('app/engine/testing/')) continue
    const source = readFileSync(join(root, file), 'utf8')
    const { outputText } = ts.transpileModule(source, { compilerOptions: options, fileName: file })
    const target = join(directory, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, outputText)
  }
  cpSync(join(root, 'package.json'), join(directory, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  return join(directory, 'bench/ssh/programs')
}
