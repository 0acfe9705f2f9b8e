import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execute, executeAsync } from '#tests/fleet/execute'
import { installPackages, isInstalled } from './packages.js'
import type { DeployedApp } from './plain_deployment.js'
import type { Stage } from './stage.js'

const USER = 'capistrano'
const BASE = '/srv/capistrano'
const UNIT = 'capistrano-app'

const PORT = 21_020

/**
 * The same app deployed by Capistrano (Debian's package), as its documentation has people do it: a
 * mirror of the repository, a directory for each release, the build as a task of one's own, the
 * link `current`, a restart of the unit, five releases kept. Its user may use sudo for the restart.
 */
export class Capistrano {
  /** Where its one instance listens, which it restarts. */
  readonly port = PORT
  readonly version: string
  readonly #directory: string

  private constructor(version: string, directory: string) {
    this.version = version
    this.#directory = directory
  }

  /** Installs Capistrano if it is missing, sets the server up for it; null where it cannot be had. */
  static async prepare(stage: Stage, app: DeployedApp): Promise<Capistrano | null> {
    if (!isInstalled('cap')) {
      try {
        installPackages(['capistrano'], stage.say)
      } catch (error) {
        stage.say(`Capistrano cannot be installed: ${(error as Error).message}`)
        return null
      }
    }
    const version = /[\d.]+/.exec(execute(['cap', '--version'], { env: environment('/') }))![0]
    const directory = stage.directory('capistrano')
    for (const [name, text] of Object.entries(filesFor(app, directory))) {
      mkdirSync(join(directory, dirname(name)), { recursive: true })
      writeFileSync(join(directory, name), text, { mode: 0o600 })
    }
    app.host.addUser(USER, { sudo: 'nopasswd' })
    const key = await app.host.insideAsync(['bash', '-s'], setUp(app))
    await app.gitServer.authorize(key)
    return new Capistrano(version, directory)
  }

  /** `cap production deploy`. Raises ExecutionFailed with what it said. */
  async deploy(): Promise<void> {
    const script = 'cd "$1" && exec cap production deploy'
    await executeAsync(['sh', '-c', script, 'sh', this.#directory], {
      env: environment(this.#directory),
    })
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' }
}

function setUp({ gitServer }: DeployedApp): string {
  return `set -eu
install -d -o ${USER} -g ${USER} ${BASE}
cd /home/${USER}/.ssh
ssh-keygen -q -t ed25519 -N '' -C ${USER} -f id_ed25519
echo '${gitServer.host.knownHost}' > known_hosts
chown ${USER}: *
cat > /etc/systemd/system/${UNIT}.service <<UNIT
[Unit]
After=network.target
[Service]
Type=exec
User=${USER}
WorkingDirectory=${BASE}/current
Environment=HOST=127.0.0.1 PORT=${PORT}
ExecStart=/usr/bin/node server.js
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl -q enable ${UNIT}
cat id_ed25519.pub
`
}

function filesFor(app: DeployedApp, directory: string): Record<string, string> {
  const { host, gitServer, repository, build } = app
  const text = (value: string) => JSON.stringify(value)
  // A command in one piece would be run outside the release.
  const commands = build.split('\n').map((line) => {
    const [program, ...words] = line.split(' ')
    return `        execute ${text(program)}, ${text(words.join(' '))}`
  })
  return {
    'key': host.privateKey,
    'known_hosts': `${host.knownHost}\n`,
    'Capfile': `require "capistrano/setup"
require "capistrano/deploy"
require "capistrano/scm/git"
install_plugin Capistrano::SCM::Git
`,
    'config/deploy.rb': `set :application, "app"
set :repo_url, ${text(gitServer.url(repository))}
set :branch, "main"
set :deploy_to, ${text(BASE)}
set :keep_releases, 5

namespace :deploy do
  task :build do
    on roles(:app) do
      within release_path do
${commands.join('\n')}
      end
    end
  end

  task :restart do
    on roles(:app) do
      execute :sudo, "systemctl", "restart", ${text(UNIT)}
    end
  end
end

after "deploy:updated", "deploy:build"
after "deploy:publishing", "deploy:restart"
`,
    'config/deploy/production.rb': `server ${text(host.address)}, user: ${text(USER)}, roles: %w[app], ssh_options: {
  config: false,
  keys: [${text(join(directory, 'key'))}],
  keys_only: true,
  auth_methods: %w[publickey],
  user_known_hosts_file: ${text(join(directory, 'known_hosts'))},
  verify_host_key: :always
}
`,
  }
}
