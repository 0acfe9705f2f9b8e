import { type DeployContext } from '#engine/deploy/context'
import { portOf, SLOTS, type Slot, unitOf } from '#engine/deploy/layout'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'
import { writeFile } from '#engine/system/files'
import { renderService, systemctl, unitFile } from '#engine/system/systemd'

/** Starts the new instance in the slot that is free, beside the one that serves. */
export function start(context: DeployContext): ScriptStep {
  const { project } = context
  return {
    name: 'start',
    title: 'Start the new instance',
    commands: [
      { command: chooseSlot(context) },
      { command: freeThePort() },
      { command: bySlot((slot) => writeUnit(context, slot)), label: 'write the unit' },
      { command: sh`systemctl --no-ask-password daemon-reload` },
      {
        command: sh`since=$EPOCHSECONDS
systemctl --no-ask-password start -- "$unit"`,
        label: `systemctl start ${unitOf(project.slug, 'a').replace('-a.', '-{a,b}.')}`,
      },
    ],
    undo: [
      sh`if [ -n "\${unit:-}" ]; then
  systemctl --no-ask-password disable --now --quiet -- "$unit"
  systemctl --no-ask-password --quiet reset-failed -- "$unit" 2>/dev/null || true
  rm -f -- "$unit_file"
  systemctl --no-ask-password daemon-reload
fi`,
    ],
  }
}

/** The site says which slot is live, because it is what decides who is asked. */
function chooseSlot({ project, layout }: DeployContext): Command {
  const { slug, appPort } = project
  const variables = (slot: Slot) =>
    sh`slot=${slot} port=${portOf(appPort, slot)} unit=${unitOf(slug, slot)} unit_file=${unitFile(unitOf(slug, slot))}`
  return sh`live=$(sed -n 's/^# muster release=[0-9A-Z]* slot=\\([ab]\\)$/\\1/p' ${layout.site} 2>/dev/null) || live=''
if [ "$live" = a ]; then
  ${variables('b')}
else
  ${variables('a')}
fi
printf 'Slot %s on port %s\\n' "$slot" "$port"
muster_result slot "$slot"
if [ -e "$unit_file" ]; then
  systemctl --no-ask-password stop -- "$unit" || true
  systemctl --no-ask-password --quiet reset-failed -- "$unit" 2>/dev/null || true
fi`
}

/** Else a stranger that listens there would be taken for a healthy instance. */
function freeThePort(): Command {
  return sh`if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  printf 'Something else on this server listens on port %s already.\\n' "$port"
  exit 98
fi`
}

function writeUnit({ project, layout }: DeployContext, slot: Slot): Command {
  const text = renderService({
    description: `Muster project ${project.slug} (slot ${slot})`,
    user: project.unixUser,
    workingDirectory: layout.release,
    script: `${layout.meta}/start`,
    environment: { HOST: '127.0.0.1', PORT: String(portOf(project.appPort, slot)) },
  })
  return writeFile(unitFile(unitOf(project.slug, slot)), text, { mode: '0644' })
}

/** Both forms are written down; the server takes the one of the slot that is free there. */
export function bySlot(form: (slot: Slot) => Command): Command {
  const [a, b] = SLOTS.map(form)
  return sh`if [ "$slot" = a ]; then
  ${a}
else
  ${b}
fi`
}

/** Stops what runs in the slots other than `$slot` and removes its unit. */
export function stopOtherSlots(slug: string): Command {
  const stop = (slot: Slot) => {
    const unit = unitOf(slug, slot)
    return sh`if [ "\${slot:-}" != ${slot} ] && [ -e ${unitFile(unit)} ]; then
  ${systemctl('disable', unit)}
  ${systemctl('stop', unit)}
  systemctl --no-ask-password --quiet reset-failed -- ${unit} 2>/dev/null || true
  rm -f -- ${unitFile(unit)}
  systemctl --no-ask-password daemon-reload
fi`
  }
  return sh`${stop('a')}
${stop('b')}`
}
