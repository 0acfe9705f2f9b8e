import { compileScript, type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { finishInstalling, installPackages } from '#engine/system/apt'
import { directory } from '#engine/system/files'

/** What a server can be prepared for beyond serving files. */
export const SOFTWARE = ['node', 'php', 'python'] as const
export type Software = (typeof SOFTWARE)[number]

export interface PreparePlan {
  steps: readonly ScriptStep[]
}

/** The command that shows that a package is there. */
const TOOLS: Record<string, string> = {
  'nginx': 'nginx',
  'git': 'git',
  'curl': 'curl',
  'openssh-client': 'ssh',
  'tar': 'tar',
  'ca-certificates': 'update-ca-certificates',
}

const SOFTWARE_TOOLS: Record<Software, Record<string, string>> = {
  node: { nodejs: 'node', npm: 'npm' },
  php: {},
  python: { python3: 'python3' },
}

/** Packages without a command of their own. */
const SOFTWARE_PACKAGES: Record<Software, readonly string[]> = {
  node: [],
  php: [
    ...['php-fpm', 'php-cli', 'php-bcmath', 'php-curl', 'php-gd', 'php-intl', 'php-mbstring'],
    ...['php-mysql', 'php-pgsql', 'php-sqlite3', 'php-xml', 'php-zip'],
  ],
  python: ['python3-venv'],
}

/**
 * Plans what makes a fresh Debian or Ubuntu server ready for deployments. Each step looks first
 * and does only what is missing, so that running it again, or after it broke off, is safe. The
 * versions found at the end are announced as results `nginx`, `git`, `node`, `npm`, `php` and `python`.
 */
export function prepareServer({ software }: { software: readonly Software[] }): PreparePlan {
  const tools = Object.assign({ ...TOOLS }, ...software.map((name) => SOFTWARE_TOOLS[name]))
  const packages = software.flatMap((name) => SOFTWARE_PACKAGES[name])
  return { steps: [check(), install(tools, packages), webServer(), directories(), versions()] }
}

/** The plan as the one script that a detached run executes. */
export function compilePrepare(plan: PreparePlan, options: { nonce: string }): string {
  return compileScript(plan.steps, options)
}

function check(): ScriptStep {
  return {
    name: 'check',
    title: 'Check the system',
    commands: [
      {
        label: 'cat /etc/os-release',
        command: sh`sed -n 's/^PRETTY_NAME=//p' /etc/os-release
if ! command -v apt-get >/dev/null; then
  printf 'Muster prepares servers with apt (Debian, Ubuntu). This one has none.\\n'
  exit 69
fi
if [ ! -d /run/systemd/system ]; then
  printf 'Muster deploys to servers that run systemd. This one does not.\\n'
  exit 69
fi`,
      },
    ],
  }
}

function install(tools: Readonly<Record<string, string>>, packages: readonly string[]): ScriptStep {
  return {
    name: 'packages',
    title: 'Install what is missing',
    commands: [
      { command: sh`missing=()` },
      ...Object.entries(tools).map(([name, tool]) => ({
        command: sh`command -v ${tool} >/dev/null || missing+=(${name})`,
      })),
      {
        command: sh`for package in ${packages}; do
  if [ "$(dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then missing+=("$package"); fi
done`,
      },
      { command: finishInstalling(), label: 'dpkg --configure -a' },
      {
        label: 'apt-get install',
        command: sh`if [ "\${#missing[@]}" = 0 ]; then
  printf 'Everything is there.\\n'
else
  printf 'Missing: %s\\n' "\${missing[*]}"
  ${installPackages(sh`"\${missing[@]}"`)}
fi`,
      },
    ],
  }
}

function webServer(): ScriptStep {
  return {
    name: 'nginx',
    title: 'Start the web server',
    commands: [
      sh`nginx -t`,
      sh`systemctl --no-ask-password enable nginx`,
      sh`systemctl --no-ask-password is-active nginx || systemctl --no-ask-password start nginx`,
    ],
  }
}

function directories(): ScriptStep {
  return {
    name: 'directories',
    title: 'Make the directories',
    commands: [directory('/srv/muster', '0755'), directory('/var/lib/muster', '0700')],
  }
}

function versions(): ScriptStep {
  const version = (name: string, text: string) => ({
    command: sh`if command -v ${name} >/dev/null; then
  found=$(${sh`${name}`} ${text} 2>&1 | grep -o '[0-9][0-9.]*' | sed -n 1p) || found=''
  printf '%s %s\\n' ${name} "$found"
  muster_result ${name} "$found"
fi`,
  })
  return {
    name: 'versions',
    title: 'Read the versions',
    commands: [
      version('nginx', '-v'),
      version('git', '--version'),
      version('node', '--version'),
      version('npm', '--version'),
      {
        command: sh`php=''
for program in /usr/sbin/php-fpm[0-9]*.[0-9]*; do
  if [ -x "$program" ]; then php="$php, \${program#/usr/sbin/php-fpm}"; fi
done
if [ -n "$php" ]; then
  printf 'php-fpm %s\\n' "\${php#, }"
  muster_result php "\${php#, }"
fi
if command -v python3 >/dev/null; then
  found=$(python3 -c 'import platform; print(platform.python_version())') || found=''
  printf 'python3 %s\\n' "$found"
  muster_result python "$found"
fi`,
      },
    ],
  }
}
