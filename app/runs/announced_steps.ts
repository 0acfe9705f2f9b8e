import type { ScriptStep } from '#engine/detached/script'
import { Command } from '#engine/shell/command'
import { describe } from '#engine/shell/render'
import type { CompiledRun } from '#app/runs/run_handler'

/**
 * The steps of a script as pages show them: names, titles, and each command as the log shows it,
 * empty for those it does not show.
 */
export function announcedSteps(steps: readonly ScriptStep[]): CompiledRun['steps'] {
  return steps.map(({ name, title, commands }) => ({
    name,
    title,
    commands: commands.map((item) =>
      item instanceof Command ? describe(item) : (item.label ?? '')
    ),
  }))
}
