import type { ScriptStep } from '#engine/detached/script'
import { Command } from '#engine/shell/command'
import { describe } from '#engine/shell/render'
import type { CompiledRun } from '#app/runs/run_handler'

/**
 * The steps of a script as pages show them: names, titles, and the text of each command with its
 * secrets redacted.
 */
export function announcedSteps(steps: readonly ScriptStep[]): CompiledRun['steps'] {
  return steps.map(({ name, title, commands }) => ({
    name,
    title,
    commands: commands.map((item) =>
      item instanceof Command ? describe(item) : (item.label ?? describe(item.command))
    ),
  }))
}
