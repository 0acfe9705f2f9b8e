import { type LabelledCommand, type ScriptStep } from '#engine/detached/script'
import { Command } from '#engine/shell/command'

/** What befalls a deployment on its way: its steps as they are, and one command more. */
export type Fault = (steps: readonly ScriptStep[]) => readonly ScriptStep[]

type Item = Command | LabelledCommand

/** Does something before a step has done anything. */
export function atBeginOf(step: string, command: Command): Fault {
  return change(step, (commands) => [command, ...commands])
}

/** Does something once a step has done all of its work, before the next one begins. */
export function atEndOf(step: string, command: Command): Fault {
  return change(step, (commands) => [...commands, command])
}

/** Does something right before the command of a step whose label begins so. */
export function beforeCommand(step: string, label: string, command: Command): Fault {
  return change(step, (commands) => commands.toSpliced(at(commands, step, label), 0, command))
}

/** Does something right after it. */
export function afterCommand(step: string, label: string, command: Command): Fault {
  return change(step, (commands) => commands.toSpliced(at(commands, step, label) + 1, 0, command))
}

function at(commands: readonly Item[], step: string, label: string): number {
  const index = commands.findIndex(
    (item) => !(item instanceof Command) && item.label?.startsWith(label)
  )
  if (index === -1) throw new Error(`${step} has no command ${label}`)
  return index
}

function change(name: string, edit: (commands: readonly Item[]) => readonly Item[]): Fault {
  return (steps) => {
    if (!steps.some((step) => step.name === name)) throw new Error(`There is no step ${name}`)
    return steps.map((step) =>
      step.name === name ? { ...step, commands: edit(step.commands) } : step
    )
  }
}
