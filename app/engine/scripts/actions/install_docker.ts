import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { installPackages, needsApt } from '#engine/system/apt'

/**
 * Plans Docker from the distribution's own packages; one that is there already stays as it is.
 * Announces `docker`, the version of its server.
 */
export function installDocker(): ScriptStep[] {
  return [
    {
      name: 'packages',
      title: 'Install Docker',
      commands: [
        {
          label: 'apt-get install docker.io',
          command: sh`if command -v docker >/dev/null; then
  printf 'Docker is there already.\\n'
else
  ${needsApt()}
  ${installPackages(['docker.io'])}
fi`,
        },
      ],
    },
    {
      name: 'start',
      title: 'Start Docker',
      commands: [
        sh`systemctl --no-ask-password enable --now docker`,
        {
          label: 'docker version',
          command: sh`version=$(docker version --format '{{.Server.Version}}')
printf 'Docker %s answers.\\n' "$version"
muster_result docker "$version"`,
        },
      ],
    },
  ]
}
