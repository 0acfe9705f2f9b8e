/*
| Entry point of the tests (`node ace test`, or this file itself).
*/
import '#tests/support/environment'
import 'reflect-metadata'
import { Ignitor, prettyPrintError } from '@adonisjs/core'
import { configure, processCLIArgs, run } from '@japa/runner'
import { buildAssets, useBuiltAssets } from '#tests/support/built_assets'

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

/** Suites that show no pages. */
const WITHOUT_PAGES = ['unit', 'engine']
if (!WITHOUT_PAGES.includes(process.argv[2])) await buildAssets()

// Nobody reads any more: telling of it would fail for the same reason, over and over.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1))

// What tests hold is given back when the process exits; tests under way are not waited for.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(1))

new Ignitor(APP_ROOT, { importer: IMPORTER })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
    useBuiltAssets(app)
  })
  .testRunner()
  .configure(async (app) => {
    const { runnerHooks, ...config } = await import('#tests/bootstrap')
    processCLIArgs(process.argv.slice(2))
    configure({
      ...app.rcFile.tests,
      ...config,
      setup: runnerHooks.setup,
      teardown: [...runnerHooks.teardown, () => app.terminate()],
    })
  })
  .run(() => run())
  .catch((error) => {
    process.exitCode = 1
    prettyPrintError(error)
  })
