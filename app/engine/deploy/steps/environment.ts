import { type DeployContext } from '#engine/deploy/context'
import { phpSocket, SLOTS } from '#engine/deploy/layout'
import { type ScriptStep } from '#engine/detached/script'
import { DEFAULT_SETTINGS, WEB } from '#engine/processes/settings'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { quote } from '#engine/shell/quote'
import { writeFile } from '#engine/system/files'
import { phpMaster, renderPool } from '#engine/system/php'

/** Writes the variables and the scripts that need them, readable by root and the project only. */
export function environment(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const access = { mode: '0640', group: project.unixUser }
  const scripts = [
    ['build', project.buildCommands],
    ['before', project.beforeSwitch],
    ['after', project.afterSwitch],
  ] as const
  return {
    name: 'environment',
    title: 'Write the environment',
    commands: [
      { command: writeFile(`${layout.meta}/env`, variables(context), access) },
      ...scripts.flatMap(([name, text]) =>
        text?.trim()
          ? [{ command: writeFile(`${layout.meta}/${name}`, traced(context, text), access) }]
          : []
      ),
      { command: writeFile(`${layout.meta}/run`, runScript(context), access) },
      ...(project.runtime === 'php' ? pools(context) : []),
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
function traced({ layout }: DeployContext, text: string): Secret {
  return new Secret(
    [
      `. ${quote(`${layout.meta}/env`)}`,
      `cd ${quote(layout.release)}`,
      'set -e',
      `trap 'printf "\\033[2m$ %s\\033[0m\\n" "$BASH_COMMAND"' DEBUG`,
      text,
      '',
    ].join('\n')
  )
}

/** What units run: the command of the process that is named, with the variables. */
function runScript({ project, layout }: DeployContext): string {
  const php =
    project.runtime === 'php'
      ? [
          `if [ "$1" = ${WEB} ]; then`,
          `  exec ${phpMaster(project.phpVersion!)} --nodaemonize --fpm-config ${quote(layout.meta)}/fpm-"$2".conf`,
          'fi',
        ]
      : []
  return [
    'MUSTER_PORT=${PORT:-} MUSTER_HOST=${HOST:-}',
    `. ${quote(`${layout.meta}/env`)}`,
    'if [ -n "$MUSTER_PORT" ]; then export PORT=$MUSTER_PORT HOST=$MUSTER_HOST; fi',
    'unset MUSTER_PORT MUSTER_HOST',
    ...php,
    `exec bash -c "$(< ${quote(layout.meta)}/command."$1")"`,
    '',
  ].join('\n')
}

/** One for each slot, because the two may run at the same time. */
function pools({ project, layout }: DeployContext) {
  const web = project.processes?.find(({ name }) => name === WEB)
  return SLOTS.map((slot) => {
    const text = renderPool({
      socket: phpSocket(project.slug, slot),
      workers: project.phpWorkers ?? 8,
      graceSeconds: web?.graceSeconds ?? DEFAULT_SETTINGS.graceSeconds,
      sessions: `${layout.base}/sessions`,
    })
    const access = { mode: '0640', group: project.unixUser }
    return { command: writeFile(`${layout.meta}/fpm-${slot}.conf`, text, access) }
  })
}
