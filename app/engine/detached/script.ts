import { assertNonce } from '#engine/detached/progress'
import { SCRIPT_RUNTIME } from '#engine/detached/script_runtime'
import { Command } from '#engine/shell/command'
import { quote } from '#engine/shell/quote'
import { describe, render } from '#engine/shell/render'

/** A command and how the log shows it; without a label nothing is shown. */
export interface LabelledCommand {
  command: Command
  label?: string
}

/** A named part of a script. All steps run in one bash process and share its variables. */
export interface ScriptStep {
  /** Lower-case letters, digits, `_` and `-`; unique in the script. */
  name: string
  /** What people read. */
  title: string
  /** Run in order, each shown as `describe` gives it, or by its label. */
  commands: readonly (Command | LabelledCommand)[]
  /** Run when this step or a later one fails, latest step first; must bear that little was done. */
  undo?: readonly Command[]
  /** Run at the end however it ends, latest step first. */
  always?: readonly Command[]
  /** Not to be cut in two: TERM is ignored, and a cancel or the deadline waits for the end of it. */
  critical?: boolean
  /** A failure is shown as a warning and the script goes on. */
  optional?: boolean
  /**
   * Once this step has ended, nothing up to here is undone any more, and what is cancelled or late after
   * it has the outcome of success.
   */
  commits?: boolean
  /** What the outcome is called when this step fails and all is undone; `failed` by default. */
  failure?: string
}

export interface ScriptOptions {
  /** Random, new for each script; see `createNonce`. */
  nonce: string
  /** What the outcome is called when every step has ended; `succeeded` by default. */
  success?: string
}

const NAME = /^[a-z][a-z0-9_-]{0,39}$/

/**
 * Makes one bash script of steps. It announces each step, result and the outcome in its output
 * (`ProgressParser` reads them), stops at the first failure, undoes in reverse order and ends with
 * the exit code of what failed. In commands, `muster_result name "$value"` announces a result.
 *
 * Treat the text as a secret: it has the nonce and the values of its secrets in it.
 *
 * @throws TypeError for names out of their form or used twice.
 */
export function compileScript(steps: readonly ScriptStep[], options: ScriptOptions): string {
  const names = new Set(steps.map(({ name }) => name))
  if (names.size !== steps.length) throw new TypeError('The names of the steps must differ.')
  for (const step of steps) {
    assertName(step.name)
    assertName(step.failure ?? 'failed')
  }
  const success = assertName(options.success ?? 'succeeded')
  return [
    '#!/usr/bin/env bash',
    'set -Eeuo pipefail',
    'shopt -s inherit_errexit',
    'umask 022',
    `muster_nonce=${assertNonce(options.nonce)} muster_success=${success}`,
    SCRIPT_RUNTIME,
    ...steps.flatMap(stepFunctions),
    'muster_main() {',
    ...steps.flatMap((step, index) => stepCall(step, index, steps)),
    '}',
    `trap 'muster_exit $?' EXIT`,
    'muster_release',
    '{ muster_main; muster_complete=1; exit 0; }',
    '',
  ].join('\n')
}

/** The steps as people may see them before and while they run: names, titles, shown commands. */
export function outlineOf(
  steps: readonly ScriptStep[]
): { name: string; title: string; commands: string[] }[] {
  return steps.map(({ name, title, commands }) => ({
    name,
    title,
    commands: commands.map((item) => withLabel(item).label ?? ''),
  }))
}

function stepFunctions(step: ScriptStep, index: number): string[] {
  const undo = step.undo ?? []
  const always = step.always ?? []
  return [
    `muster_step_${index}() {`,
    ...step.commands.flatMap((item, position) => {
      const { command, label } = withLabel(item)
      return [`muster_at ${position} ${quote(label ?? '')}`, render(command), 'muster_check "$?"']
    }),
    '}',
    `muster_undo_${index}() {`,
    `muster_undo_begin ${quote(step.title)}`,
    ...undo.flatMap((command) => [render(command), 'muster_undo_check "$?"']),
    `muster_undo_end ${step.name}`,
    '}',
    `muster_always_${index}() {`,
    ...always.map((command) => render(command)),
    ':',
    '}',
  ]
}

function stepCall(step: ScriptStep, index: number, steps: readonly ScriptStep[]): string[] {
  const enters = step.critical && !steps[index - 1]?.critical
  const leaves = step.critical && !steps[index + 1]?.critical
  return [
    ...(enters ? ['muster_hold'] : []),
    `muster_begin ${step.name} ${quote(step.title)} ${step.failure ?? 'failed'}`,
    ...(step.undo?.length ? [`muster_undo_steps+=(${index})`] : []),
    ...(step.always?.length ? [`muster_always_steps+=(${index})`] : []),
    ...(step.optional ? optionalCall(step, index) : [`muster_step_${index}`, 'muster_end']),
    ...(step.commits ? ['muster_undo_steps=() muster_committed=1'] : []),
    ...(leaves ? ['muster_release'] : []),
  ]
}

/** In a subshell of its own and not in a condition, where bash would suspend `set -e`. */
function optionalCall(step: ScriptStep, index: number): string[] {
  return [
    'set +e',
    `(set -e; muster_step_${index})`,
    'muster_rc=$?',
    'set -e',
    `if [ "$muster_rc" = 0 ]; then muster_end; else muster_warn ${quote(step.title)} "$muster_rc"; fi`,
  ]
}

function withLabel(item: Command | LabelledCommand): LabelledCommand {
  if (!(item instanceof Command)) return item
  const command = item
  const [first, ...rest] = describe(command).split('\n')
  const line = first.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
  const cut = line.length > 200 || rest.length > 0
  return { command, label: cut ? `${line.slice(0, 200)} …` : line }
}

function assertName(name: string): string {
  if (!NAME.test(name))
    throw new TypeError(`${JSON.stringify(name)} cannot name a step or outcome.`)
  return name
}
