import { type Layout } from '#engine/deploy/layout'
import { packResult, unpackResult } from '#engine/deploy/packed_results'
import { type RepositoryAccess } from '#engine/deploy/repository_access'
import { type Command, sh } from '#engine/shell/command'
import { isCommit } from '#engine/system/grammar'

/** How many commits are told at most. */
export const MOST_COMMITS = 200

const FIELDS = '%H%x00%<(100,trunc)%an%x00%ct%x00%<(200,trunc)%s%x00'

export interface Commit {
  sha: string
  author: string
  /** When it was committed, in seconds since the epoch, as its author's machine said; 0 for unknown. */
  time: number
  subject: string
}

export interface CommitList {
  commits: Commit[]
  /** There are more than are listed. */
  more: boolean
}

/**
 * Announces the commits that `$commit` has and the live release has not, latest first, and as the
 * result `taken_back` how many the live one has that `$commit` has not. Nothing when nothing is live.
 */
export function commitsSince({ layout }: { layout: Layout }, access: RepositoryAccess): Command {
  const { current, base } = layout
  const count = sh`rev-list --count --end-of-options "$commit..$former_commit"`
  const list = sh`log -n ${MOST_COMMITS + 1} --no-show-signature ${`--format=${FIELDS}`} --end-of-options "$former_commit..$commit"`
  return sh`former_commit=''
if [ -L ${current} ]; then
  former_commit=$(cat ${`${base}/meta/`}"$(basename -- "$(readlink -- ${current})")"/REVISION 2>/dev/null) || former_commit=''
fi
if [[ $former_commit =~ ^[0-9a-f]{40,64}$ ]] && ${access.git(sh`cat-file -e "$former_commit^{commit}"`)} 2>/dev/null; then
  muster_result former_commit "$former_commit"
  taken_back=$(${access.git(count)}) || taken_back=0
  muster_result taken_back "$taken_back"
  ${packResult('commits', access.git(list))}
fi`
}

/** The commits that a run announced. They are text of strangers: show them as such. */
export function readCommits(results: Readonly<Record<string, string>>): CommitList {
  const fields = (unpackResult(results, 'commits')?.toString('utf8') ?? '').split('\0')
  const commits: Commit[] = []
  for (let index = 0; index + 3 < fields.length; index += 4) {
    const [sha, author, time, subject] = fields.slice(index, index + 4)
    if (!isCommit(sha.trim())) break
    commits.push({
      sha: sha.trim(),
      author: plain(author, 100),
      time: /^\d{1,11}$/.test(time) ? Number(time) : 0,
      subject: plain(subject, 200),
    })
  }
  const more = commits.length > MOST_COMMITS || 'commits_left_out' in results
  return { commits: commits.slice(0, MOST_COMMITS), more }
}

function plain(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  return [...line].slice(0, most).join('')
}
