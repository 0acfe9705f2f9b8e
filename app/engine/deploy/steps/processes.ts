import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { procfileFunction } from '#engine/processes/procfile'
import {
  DEFAULT_SETTINGS,
  type ProcessSettings,
  settingsLine,
  WEB,
} from '#engine/processes/settings'
import { type Command, sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { writeFile } from '#engine/system/files'

/**
 * Writes beside the release which processes it has and how each runs. They belong to the release:
 * going back to it goes back to them.
 */
export function processes(context: DeployContext): ScriptStep {
  const fromProcfile = context.project.processesFrom === 'procfile'
  return {
    name: 'processes',
    title: fromProcfile ? 'Read the Procfile' : 'Write the processes',
    commands: [
      ...(fromProcfile ? readProcfile(context) : writeProcesses(context)),
      { command: tellProcesses(context) },
    ],
  }
}

/** Gives the processes of a release the numbers that the project's settings have by now. */
export function rescale(context: DeployContext): ScriptStep {
  const { meta } = context.layout
  return {
    name: 'processes',
    title: 'Write the processes',
    commands: [
      { command: writeFile(`${meta}/settings`, allSettings(context), { mode: '0644' }) },
      {
        command: sh`: >> ${`${meta}/processes`}
awk 'FILENAME == ARGV[1] { asked[$1] = $0; next } { print ($1 in asked) ? asked[$1] : $0 }' ${`${meta}/settings`} ${`${meta}/processes`} > ${`${meta}/processes.new`}
cp -p -- ${`${meta}/processes`} ${`${meta}/processes.former`}
rescaled=1
mv -T -- ${`${meta}/processes.new`} ${`${meta}/processes`}`,
      },
      { command: tellProcesses(context) },
    ],
    undo: [
      // One of an earlier restart is nothing to go back to.
      sh`if [ -n "\${rescaled:-}" ]; then
  mv -T -- ${`${meta}/processes.former`} ${`${meta}/processes`}
fi`,
    ],
    always: [sh`rm -f -- ${`${meta}/processes.former`}`],
  }
}

function settingsOf({ project }: DeployContext): ProcessSettings[] {
  const given = [...(project.processes ?? [])]
  if (project.runtime === 'static') return given.filter(({ name }) => name !== WEB)
  const web = given.find(({ name }) => name === WEB)
  const others = given.filter(({ name }) => name !== WEB)
  const settings = web ?? { ...DEFAULT_SETTINGS, name: WEB, restart: 'on-failure', command: null }
  // One master of php answers all requests; its workers are its own.
  const instances = project.runtime === 'php' ? 1 : settings.instances
  return [{ ...settings, instances, command: project.startCommand ?? null }, ...others]
}

function allSettings(context: DeployContext): string {
  return settingsOf(context).map(settingsLine).join('')
}

function writeProcesses(context: DeployContext) {
  const { project, layout } = context
  const access = { mode: '0640', group: project.unixUser }
  const commands = settingsOf(context).filter(({ command }) => command?.trim())
  const named = [
    ...settingsOf(context).filter(
      ({ name, command }) => command?.trim() || (name === WEB && project.runtime === 'php')
    ),
  ]
  return [
    {
      command: writeFile(`${layout.meta}/processes`, named.map(settingsLine).join(''), {
        mode: '0644',
      }),
    },
    ...commands.map(({ name, command }) => ({
      command: writeFile(`${layout.meta}/command.${name}`, new Secret(command ?? ''), access),
    })),
  ]
}

/** The file is the project user's, so it is read with no more than that user's rights. */
function readProcfile(context: DeployContext) {
  const { project, layout } = context
  const { meta, release } = layout
  const file = `${release}/Procfile`
  const copy = `${meta}/Procfile`
  const web = project.runtime === 'php' ? settingsLine({ ...settingsOf(context)[0] }) : ''
  return [
    { command: writeFile(`${meta}/settings`, allSettings(context), { mode: '0644' }) },
    { command: procfileFunction() },
    {
      label: 'read the Procfile',
      command: sh`if [ -L ${file} ] || [ ! -f ${file} ]; then
  printf 'There is no Procfile in the root of the repository.\\n'
  exit 66
fi
${asProject(context, sh`head -c 65537 -- ${file}`)} > ${copy} 8>&-
if [ "$(stat -c %s -- ${copy})" -gt 65536 ]; then
  printf 'The Procfile is larger than 64 KiB.\\n'
  exit 78
fi
printf '%s' ${web} > ${`${meta}/processes`}
take_process() {
  if [ "$1" = ${WEB} ] && [ ${project.runtime} != process ]; then
    printf 'The process web is not run: nginx answers requests for this project.\\n'
    return 0
  fi
  install -m 0640 -o root -g ${project.unixUser} /dev/null ${meta}/command."$1"
  printf '%s' "$2" > ${meta}/command."$1"
  if ! grep -E "^$1 " ${`${meta}/settings`} >> ${`${meta}/processes`}; then
    printf '%s %s\\n' "$1" ${settingsLine({ ...DEFAULT_SETTINGS, name: 'x', command: null })
      .slice(2)
      .trim()} >> ${`${meta}/processes`}
  fi
}
read_procfile < ${copy}
if [ ${project.runtime} = process ] && ! grep -q '^web ' ${`${meta}/processes`}; then
  printf 'The Procfile names no process web.\\n'
  exit 78
fi`,
    },
  ]
}

function tellProcesses({ layout }: DeployContext): Command {
  return sh`running=''
while read -r name instances rest; do
  printf '%s: %s\\n' "$name" "$instances"
  running="$running,$name=$instances"
done < ${`${layout.meta}/processes`}
if [ -z "$running" ]; then printf 'No processes\\n'; fi
muster_result processes "\${running#,}"`
}
