import type { GitServer } from '#tests/fleet/git_server'
import type { Host } from '#tests/fleet/host'
import type { Stage } from './stage.js'
import { WarmLogin } from './warm_login.js'

/** What is deployed, and where. */
export interface DeployedApp {
  host: Host
  gitServer: GitServer
  /** Name of its repository. */
  repository: string
  /** What builds it, as shell commands. It is started by `node server.js`. */
  build: string
}

/**
 * What somebody without a panel has: one script that fetches, exports, builds, starts the new
 * instance beside the old one, checks it, switches nginx and retires the old one. Set up like a
 * project of Muster's: a user and a deploy key of its own, releases, two ports in turn, and a
 * connection that is open.
 */
export class PlainDeployment {
  /** Where nginx serves it. */
  readonly port: number
  readonly #login: WarmLogin
  readonly #script: string

  private constructor(login: WarmLogin, script: string, port: number) {
    this.port = port
    this.#login = login
    this.#script = script
  }

  /**
   * Sets the server up for it, which is not measured.
   *
   * @param place its name on the server, and the first of its three ports
   */
  static async prepare(
    stage: Stage,
    app: DeployedApp,
    place: { name: string; port: number }
  ): Promise<PlainDeployment> {
    const { host, gitServer } = app
    const publicKey = await host.insideAsync(['bash', '-s'], setUp(app, place.name))
    await gitServer.authorize(publicKey)
    const login = await WarmLogin.open(stage, host)
    return new PlainDeployment(login, deployScript(app, place), place.port + 2)
  }

  /** Deploys the latest commit. Raises ExecutionFailed with what the script said. */
  async deploy(): Promise<void> {
    await this.#login.run('bash -s', this.#script)
  }
}

function setUp({ gitServer }: DeployedApp, name: string): string {
  return `set -eu
useradd --system --user-group --home-dir /srv/${name}/home --shell /usr/sbin/nologin ${name}
install -d -o ${name} -g ${name} /srv/${name}/home /srv/${name}/repo.git
install -d /srv/${name}/releases
ssh-keygen -q -t ed25519 -N '' -C ${name} -f /srv/${name}/home/key
echo '${gitServer.host.knownHost}' > /srv/${name}/home/known_hosts
chown ${name}: /srv/${name}/home/*
setpriv --reuid ${name} --regid ${name} --init-groups git init --quiet --bare /srv/${name}/repo.git
cat /srv/${name}/home/key.pub
`
}

function deployScript(
  { host: { address: domain }, gitServer, repository, build }: DeployedApp,
  { name, port }: { name: string; port: number }
): string {
  return `set -euo pipefail
cd /srv/${name}
as() { setpriv --reuid ${name} --regid ${name} --init-groups --no-new-privs env -i HOME=/srv/${name}/home PATH=/usr/bin:/bin "$@"; }
ssh='ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes'
ssh="$ssh -o UserKnownHostsFile=/srv/${name}/home/known_hosts -o IdentityFile=/srv/${name}/home/key"
as GIT_SSH_COMMAND="$ssh" git -C repo.git fetch --quiet --no-tags '${gitServer.url(repository)}' +refs/heads/main:refs/heads/main
release=$(date +%s%N)
install -d -o ${name} -g ${name} "releases/$release"
as git -C repo.git archive main | as tar -C "releases/$release" -xf -
(cd "releases/$release" && as bash -ec "$(cat)") <<'BUILD'
${build}
BUILD
if [ "$(cat slot 2>/dev/null)" = a ]; then slot=b old=a port=${port + 1}; else slot=a old=b port=${port}; fi
cat > "/etc/systemd/system/${name}-$slot.service" <<UNIT
[Unit]
After=network.target
[Service]
Type=exec
User=${name}
WorkingDirectory=/srv/${name}/releases/$release
Environment=HOST=127.0.0.1 PORT=$port
ExecStart=/usr/bin/node server.js
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl restart "${name}-$slot"
for try in $(seq 1 100); do
  if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health"; then break; fi
  if [ "$try" = 100 ]; then journalctl -u "${name}-$slot" -n 20; exit 1; fi
  sleep 0.1
done
cat > /etc/nginx/conf.d/${name}.conf.new <<SITE
upstream ${name} { server 127.0.0.1:$port max_fails=0; keepalive 16; }
server {
  listen ${port + 2};
  server_name ${domain};
  location / {
    proxy_pass http://${name};
    proxy_http_version 1.1;
    proxy_set_header Host \\$http_host;
    proxy_set_header Connection '';
  }
}
SITE
mv /etc/nginx/conf.d/${name}.conf.new /etc/nginx/conf.d/${name}.conf
nginx -t -q
ln -sfn "releases/$release" current.new && mv -T current.new current
systemctl -q enable "${name}-$slot"
systemctl reload nginx
for try in $(seq 1 100); do
  if curl --silent --fail --output /dev/null --header 'Host: ${domain}' http://127.0.0.1:${port + 2}/health; then break; fi
  if [ "$try" = 100 ]; then exit 1; fi
  sleep 0.1
done
echo "$slot" > slot
if [ -e "/etc/systemd/system/${name}-$old.service" ]; then
  systemctl -q disable --now "${name}-$old"
  rm "/etc/systemd/system/${name}-$old.service"
  systemctl daemon-reload
fi
ls -d releases/* | head -n -5 | xargs -r rm -rf
`
}
