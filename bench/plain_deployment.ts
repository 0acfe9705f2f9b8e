import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executeAsync } from '#tests/fleet/execute'
import type { Host } from '#tests/fleet/host'
import type { Scenery } from './scenery.js'
import type { Stage } from './stage.js'

/**
 * What somebody without a panel has: one script that fetches, exports, builds, starts the new
 * instance beside the old one, checks it, switches nginx and retires the old one. Set up like a
 * project of Muster's: a user and a deploy key of its own, releases, two ports in turn.
 */
export class PlainDeployment {
  readonly #ssh: readonly string[]
  readonly #script: string

  private constructor(ssh: readonly string[], script: string) {
    this.#ssh = ssh
    this.#script = script
  }

  /** Sets the server up for it, which is not measured. */
  static async prepare(stage: Stage, { fleet, scene }: Scenery): Promise<PlainDeployment> {
    const host = fleet.host('web-1')
    const url = scene.gitServer.url('hello')
    const publicKey = await host.insideAsync(['bash', '-s'], setUp(scene.gitServer.host, url))
    await scene.gitServer.authorize(publicKey)
    const directory = stage.directory('ssh')
    writeFileSync(join(directory, 'key'), host.privateKey, { mode: 0o600 })
    writeFileSync(join(directory, 'known_hosts'), `${host.knownHost}\n`)
    const options = [
      `IdentityFile=${join(directory, 'key')}`,
      `UserKnownHostsFile=${join(directory, 'known_hosts')}`,
      ...['IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'BatchMode=yes', 'LogLevel=ERROR'],
    ].flatMap((option) => ['-o', option])
    const login = `${host.username}@${host.address}`
    const ssh = ['ssh', '-F', '/dev/null', ...options, login, 'bash -s']
    return new PlainDeployment(ssh, deployScript(url, host.address))
  }

  /** Deploys the latest commit. Raises ExecutionFailed with what the script said. */
  async deploy(): Promise<void> {
    await executeAsync(this.#ssh, { input: this.#script })
  }
}

function setUp(git: Host, url: string): string {
  return `set -eu
useradd --system --user-group --home-dir /srv/plain/home --shell /usr/sbin/nologin plain
install -d -o plain -g plain /srv/plain/home /srv/plain/repo.git
install -d /srv/plain/releases
ssh-keygen -q -t ed25519 -N '' -C plain -f /srv/plain/home/key
echo '${git.knownHost}' > /srv/plain/home/known_hosts
chown plain: /srv/plain/home/*
setpriv --reuid plain --regid plain --init-groups git init --quiet --bare /srv/plain/repo.git
setpriv --reuid plain --regid plain --init-groups git -C /srv/plain/repo.git remote add origin '${url}'
cat /srv/plain/home/key.pub
`
}

function deployScript(url: string, domain: string): string {
  return `set -euo pipefail
cd /srv/plain
as() { setpriv --reuid plain --regid plain --init-groups --no-new-privs env -i HOME=/srv/plain/home PATH=/usr/bin:/bin "$@"; }
ssh='ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes'
ssh="$ssh -o UserKnownHostsFile=/srv/plain/home/known_hosts -o IdentityFile=/srv/plain/home/key"
as GIT_SSH_COMMAND="$ssh" git -C repo.git fetch --quiet --no-tags '${url}' +refs/heads/main:refs/heads/main
release=$(date +%s%N)
install -d -o plain -g plain "releases/$release"
as git -C repo.git archive main | as tar -C "releases/$release" -xf -
(cd "releases/$release" && as node build.js)
if [ "$(cat slot 2>/dev/null)" = a ]; then slot=b old=a port=21001; else slot=a old=b port=21000; fi
cat > "/etc/systemd/system/plain-$slot.service" <<UNIT
[Unit]
After=network.target
[Service]
Type=exec
User=plain
WorkingDirectory=/srv/plain/releases/$release
Environment=HOST=127.0.0.1 PORT=$port
ExecStart=/usr/bin/node server.js
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl restart "plain-$slot"
for try in $(seq 1 100); do
  if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health"; then break; fi
  if [ "$try" = 100 ]; then journalctl -u "plain-$slot" -n 20; exit 1; fi
  sleep 0.1
done
cat > /etc/nginx/conf.d/plain.conf.new <<SITE
upstream plain { server 127.0.0.1:$port max_fails=0; keepalive 16; }
server {
  listen 8081;
  server_name ${domain};
  location / {
    proxy_pass http://plain;
    proxy_http_version 1.1;
    proxy_set_header Host \\$http_host;
    proxy_set_header Connection '';
  }
}
SITE
mv /etc/nginx/conf.d/plain.conf.new /etc/nginx/conf.d/plain.conf
nginx -t -q
ln -sfn "releases/$release" current.new && mv -T current.new current
systemctl -q enable "plain-$slot"
systemctl reload nginx
curl --silent --fail --output /dev/null --header 'Host: ${domain}' http://127.0.0.1:8081/health
echo "$slot" > slot
if [ -e "/etc/systemd/system/plain-$old.service" ]; then
  systemctl -q disable --now "plain-$old"
  rm "/etc/systemd/system/plain-$old.service"
  systemctl daemon-reload
fi
ls -d releases/* | head -n -5 | xargs -r rm -rf
`
}
