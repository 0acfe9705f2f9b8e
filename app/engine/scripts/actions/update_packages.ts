import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { needsApt, refreshPackages, upgradePackages } from '#engine/system/apt'

const versions = sh`dpkg-query -W -f '\${binary:Package} \${Version}\\n' | LC_ALL=C sort`

/**
 * Plans the upgrade of all packages to what the server's sources offer, without removing any.
 * Announces `upgraded` (how many), `packages` (which) and `reboot_required` (`yes` or `no`).
 */
export function updatePackages(): ScriptStep[] {
  return [
    {
      name: 'lists',
      title: 'Read what is on offer',
      commands: [
        { command: needsApt() },
        { label: 'apt-get update', command: refreshPackages() },
        { command: sh`before=$(${versions})` },
      ],
    },
    {
      name: 'upgrade',
      title: 'Upgrade packages',
      critical: true,
      commands: [{ label: 'apt-get upgrade', command: upgradePackages() }],
    },
    {
      name: 'report',
      title: 'Say what changed',
      commands: [
        {
          command: sh`after=$(${versions})
changed=$(LC_ALL=C comm -13 <(printf '%s\\n' "$before") <(printf '%s\\n' "$after"))
if [ -z "$changed" ]; then
  printf 'Everything was up to date.\\n'
  muster_result upgraded 0
else
  printf '%s\\n' "$changed"
  muster_result upgraded "$(printf '%s\\n' "$changed" | wc -l)"
  muster_result packages "$(printf '%s\\n' "$changed" | sed 's/$/,/')"
fi
if [ -e /run/reboot-required ]; then
  printf 'A restart is needed.\\n'
  muster_result reboot_required yes
else
  muster_result reboot_required no
fi`,
        },
      ],
    },
  ]
}
