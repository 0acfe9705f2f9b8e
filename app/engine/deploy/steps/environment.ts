import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { quote } from '#engine/shell/quote'
import { writeFile } from '#engine/system/files'

/** Writes the variables and the scripts that need them, readable by root and the project only. */
export function environment(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const access = { mode: '0640', group: project.unixUser }
  return {
    name: 'environment',
    title: 'Write the environment',
    commands: [
      { command: writeFile(`${layout.meta}/env`, variables(context), access) },
      ...(project.buildCommands?.trim()
        ? [{ command: writeFile(`${layout.meta}/build`, buildScript(context), access) }]
        : []),
      ...(project.runtime === 'process'
        ? [{ command: writeFile(`${layout.meta}/start`, startScript(context), access) }]
        : []),
      { command: sh`printf '%s\\n' ${namesOf(context)}` },
    ],
  }
}

function namesOf({ project }: DeployContext): string {
  const names = Object.keys(project.environment)
  return names.length === 0 ? 'No variables' : `Variables: ${names.join(', ')}`
}

function variables({ project }: DeployContext): Secret {
  const lines = Object.entries(project.environment).map(([key, value]) => {
    return `export ${key}=${quote(value instanceof Secret ? value.reveal() : value)}\n`
  })
  return new Secret(lines.join(''))
}

/** The user's text with each of its commands shown, as written, before it runs. */
function buildScript({ project, layout }: DeployContext): Secret {
  return new Secret(
    [
      `. ${quote(`${layout.meta}/env`)}`,
      `cd ${quote(layout.release)}`,
      'set -e',
      `trap 'printf "\\033[2m$ %s\\033[0m\\n" "$BASH_COMMAND"' DEBUG`,
      project.buildCommands ?? '',
      '',
    ].join('\n')
  )
}

function startScript({ project, layout }: DeployContext): Secret {
  return new Secret(
    [
      'MUSTER_PORT=$PORT MUSTER_HOST=$HOST',
      `. ${quote(`${layout.meta}/env`)}`,
      'export PORT=$MUSTER_PORT HOST=$MUSTER_HOST',
      'unset MUSTER_PORT MUSTER_HOST',
      `exec bash -c ${quote(project.startCommand ?? '')}`,
      '',
    ].join('\n')
  )
}
