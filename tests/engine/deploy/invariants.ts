import assert from 'node:assert/strict'
import { getActiveTest } from '@japa/runner'
import { RELEASE_PATH } from '#engine/system/nginx'
import { type Answer, failures, type Site, visit } from '#tests/engine/deploy/request_loop'
import type { Host } from '#tests/fleet/host'

/** Where a project is served. */
interface Stage {
  host: Pick<Host, 'address' | 'inside'>
}

type ServedProject = Site & { slug: string }

/** What a server says of a project, read by nothing that Muster deploys with. */
interface Truth {
  current: string
  live: string
  hasSite: boolean
  sealed: boolean
  /** Releases that were found good, and so can be gone back to. */
  good: string[]
  /** Units that run, and those that would after a reboot. */
  units: string[]
  leftovers: string[]
  marked: number
}

/** What tests of faults deployed to, and nobody has looked at since. */
const unchecked = new Set<string>()

/**
 * Says that a deployment has to do with a project on a server. A test of a fault, `D7: …`, fails unless it
 * asserts the invariants there afterwards.
 */
export function requireInvariants({ address }: Pick<Host, 'address'>, slug: string): void {
  const test = getActiveTest()
  if (!test || !/^D\d+: /.test(test.title)) return
  const place = placeOf(address, slug)
  unchecked.add(place)
  test.cleanup((failed) => {
    const isForgotten = unchecked.delete(place)
    assert.ok(failed || !isForgotten, `the test leaves ${place} without asserting its invariants`)
  })
}

const placeOf = (address: string, slug: string) => `${slug} on ${address}`

/**
 * What has to hold of a project's server after whatever happened: exactly one release is served, it is
 * sealed and was found good, the link and the site name the same, only units of its slot are there,
 * nothing of a deployment is left over, no process carries the mark of a run, and visitors saw neither an
 * error nor a release other than those named.
 *
 * @param releaseId the release that has to be live; null for none
 * @returns what the server says
 */
export async function assertInvariants(
  stage: Stage,
  project: ServedProject,
  releaseId: string | null,
  seen: { answers?: readonly Answer[]; bodies?: readonly string[] } = {}
): Promise<Truth> {
  unchecked.delete(placeOf(stage.host.address, project.slug))
  const truth = readTruth(stage, project)
  assert.deepEqual(truth.leftovers, [], 'nothing of a deployment is left over')
  assert.equal(truth.marked, 0, 'no process carries the mark of a run')
  const { answers = [], bodies } = seen
  assert.deepEqual(failures(answers), [], 'visitors saw no error')
  if (bodies) {
    const others = answers.map(({ body }) => body).filter((body) => !bodies.includes(body))
    assert.deepEqual([...new Set(others)], [], 'visitors saw only the releases there were')
  }
  if (releaseId === null) {
    const { current, live, hasSite, units } = truth
    const nothing = { current: '', live: '', hasSite: false, units: [] }
    assert.deepEqual({ current, live, hasSite, units }, nothing, 'no release is live')
    return truth
  }
  assert.equal(truth.current, `releases/${releaseId}`, 'the link names the live release')
  assert.match(truth.live, new RegExp(`^${releaseId} `), 'the live file names the same')
  assert.ok(truth.sealed && truth.good.includes(releaseId), 'it is sealed and was found good')
  const { body } = await visit(stage.host.address, project, RELEASE_PATH)
  assert.equal(body, releaseId, 'it is what nginx serves')
  const [, slot] = truth.live.split(' ')
  const strangers = truth.units.filter((unit) => {
    const [, own] = /-([ab])\.(?:\d+\.)?(?:service|socket)$/.exec(unit) ?? []
    return own !== undefined && own !== slot
  })
  assert.deepEqual(strangers, [], 'only units of the live slot are there')
  return truth
}

function readTruth(stage: Stage, project: ServedProject): Truth {
  const script = `slug=$1; base=/srv/muster/$slug; site=/etc/nginx/conf.d/muster-$slug
current=$(readlink $base/current) || current=
echo "current=$current"
echo "live=$(sed -n 's/^# muster release=\\([0-9A-Z]*\\) slot=\\(.*\\)$/\\1 \\2/p' $site.live.conf 2>/dev/null)"
[ -e $site.conf ] && echo site=1
[ -e "$base/meta/\${current#releases/}/sealed" ] && echo sealed=1
shopt -s nullglob
for path in $base/releases/* $base/meta/*; do
  name=\${path##*/}
  [[ $name =~ ^[0-7][0-9A-Z]{25}$ ]] || continue
  [ -d $base/releases/$name ] && [ -e $base/meta/$name/sealed ] || echo "left=$path"
done
for mark in $base/meta/*/good; do basename "$(dirname $mark)" | sed s/^/good=/; done
for unit in $({ systemctl list-units --plain --no-legend --state=active,activating "muster-$slug*" | cut -d ' ' -f 1
  cd /etc/systemd/system; printf '%s\\n' muster-$slug*; } | sort -u); do
  case $unit in (*.new) ;; (muster-$slug-[ab].*|muster-$slug.*) echo "unit=$unit" ;; esac
done
for file in $site.candidate.conf $site*.new $base/former $base/*.new /etc/systemd/system/muster-$slug*.new /run/muster/*; do
  [ -e "$file" ] && echo "left=$file"
done
echo "marked=$(cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c '^MUSTER_RUN=.')"
true`
  const lines = stage.host.inside(['bash', '-c', script, 'bash', project.slug]).trim().split('\n')
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1))
  return {
    current: all('current')[0] ?? '',
    live: all('live')[0] ?? '',
    hasSite: all('site').length > 0,
    sealed: all('sealed').length > 0,
    good: all('good'),
    units: all('unit'),
    leftovers: all('left'),
    marked: Number(all('marked')[0]),
  }
}
