import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { cacheDirectory, progress } from '#tests/fleet/cache'
import { execute, executeAsync, withPublicFiles } from '#tests/fleet/execute'
import { lock } from '#tests/fleet/lock'
import { RECIPE } from '#tests/fleet/recipe'
import { installTools } from '#tests/fleet/support'

/**
 * `base` is a fresh small server: systemd, sshd, sudo, git, python3, and an apt repository on its own
 * disk. `prepared` is the same with nginx (running), Node.js, npm and rsync installed.
 */
export type ImageName = 'base' | 'prepared'

const BASE_SCRIPT = path.join(import.meta.dirname, 'image_base.sh')
const PREPARED_SCRIPT = path.join(import.meta.dirname, 'image_prepared.sh')

/**
 * Directories to be stacked as lower layers of a host's overlay, topmost first. Builds what is not
 * in the cache yet; several processes may ask at once, one of them builds.
 */
export async function imageLayers(name: ImageName, release = RECIPE.release): Promise<string[]> {
  const base = await cached('base', release, [BASE_SCRIPT], (target) => buildBase(target, release))
  if (name === 'base') return [base]
  const layer = await cached('prepared', release, [BASE_SCRIPT, PREPARED_SCRIPT], (target) =>
    buildPrepared(target, base)
  )
  return [layer, base]
}

async function cached(
  name: ImageName,
  release: string,
  scripts: string[],
  build: (target: string) => Promise<void>
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([RECIPE, release]))
  for (const script of scripts) hash.update(readFileSync(script))
  const id = `${release}-${name}-${hash.digest('hex').slice(0, 12)}`
  const image = cacheDirectory('images', id)
  if (existsSync(image)) return image

  const building = await lock(`image-${id}`, () =>
    progress(`another process builds ${id}: waiting`)
  )
  try {
    if (existsSync(image)) return image
    const target = `${image}.building`
    rmSync(target, { recursive: true, force: true })
    mkdirSync(path.dirname(target), { recursive: true })
    progress(`building image ${id}`)
    const began = performance.now()
    await build(target)
    renameSync(target, image)
    progress(`image ${id} is ready after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    return image
  } finally {
    building.release()
  }
}

async function buildBase(target: string, release: string): Promise<void> {
  installTools()
  await executeAsync(
    withPublicFiles([
      // What it mounts goes with it, however it ends.
      ...['unshare', '--mount', '--propagation', 'private', 'mmdebstrap'],
      '--variant=minbase',
      `--include=${RECIPE.installed.join(',')}`,
      ...aptSettings().map((setting) => `--aptopt=${setting}`),
      '--aptopt=APT::Install-Recommends "false"',
      // Hosts live minutes: no waiting for the disk, no manuals.
      '--dpkgopt=force-unsafe-io',
      ...['man', 'doc', 'locale'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`),
      `--customize-hook=sh "$IMAGE_SCRIPT" "$1"`,
      release,
      target,
      '-',
    ]),
    {
      input: aptSources(release).join('\n') + '\n',
      env: {
        ...process.env,
        IMAGE_SCRIPT: BASE_SCRIPT,
        OFFLINE_PACKAGES: RECIPE.offline.join(' '),
      },
      onLine: (line) => line.startsWith('I: ') && progress(line.slice(3)),
    }
  )
}

async function buildPrepared(target: string, base: string): Promise<void> {
  const scratch = `${target}-scratch`
  rmSync(scratch, { recursive: true, force: true })
  progress(`installing ${RECIPE.offline.join(' ')}`)
  await executeAsync(
    withPublicFiles([
      ...['unshare', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'],
      ...['sh', PREPARED_SCRIPT, base, target, scratch],
    ]),
    { env: { ...process.env, OFFLINE_PACKAGES: RECIPE.offline.join(' ') } }
  )
  rmSync(scratch, { recursive: true, force: true })
}

/** The machine's own Debian archives, as source lines for `release`; other vendors' are left out. */
function aptSources(release: string): string[] {
  const own = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  const targets = execute([
    ...['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)'],
    'Created-By: Packages',
  ])
  const sources = targets.split('\n').flatMap((line) => {
    const [uri, suite, component] = line.split(' ')
    const [codename, pocket] = suite?.split('-') ?? []
    const archive = pocket === undefined || pocket === 'updates' || pocket === 'security'
    const wanted = codename === own && component === 'main' && archive
    return wanted ? [`deb ${uri} ${suite.replace(codename, release)} main`] : []
  })
  if (sources.length === 0) {
    throw new Error(
      'apt knows no Debian archive on this machine, so that no image can be built. ' +
        'Check /etc/apt/sources.list and /etc/apt/sources.list.d.'
    )
  }
  return sources
}

/** How the machine's apt reaches its archives: proxies, retries, checks of dates. */
function aptSettings(): string[] {
  return execute(['apt-config', 'dump', '--no-empty', 'Acquire'])
    .split('\n')
    .filter((line) => /^Acquire::(https?|ftp|Retries|Check-)/i.test(line))
    .map((line) => line.replace(/;$/, ''))
}
