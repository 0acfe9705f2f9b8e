import { type RepositoryFiles } from '#engine/detect/files'
import { KNOWN_FILES } from '#engine/detect/known_files'
import { type Source } from '#engine/deploy/input'
import { unpackResult } from '#engine/deploy/packed_results'
import { type RepositoryAccess } from '#engine/deploy/repository_access'
import { type Command, sh } from '#engine/shell/command'

/** How many names are told, how deep, and how much of the known files, in bytes. */
const MOST_NAMES = 500
const MOST_PARENTS = 2
const MOST_OF_FILE = 24 * 1024
const MOST_OF_ALL = 48 * 1024

/** Names near the root come first; names that git would have to quote are left out. */
export function listFiles(access: RepositoryAccess, keys: string): Command {
  return sh`${access.git(sh`ls-tree -r --full-tree "$commit"`)} > ${`${keys}/tree`}
awk -F '\\t' -v deepest=${MOST_PARENTS} '
  $2 !~ /^"/ && length($2) <= 200 && $2 !~ /(^|\\/)(node_modules|vendor)\\// {
    parents = gsub("/", "/", $2)
    split($1, about, " ")
    if (parents <= deepest && about[2] == "blob") print parents, about[1], about[3], $2
  }' ${`${keys}/tree`} | sort -s -n -k 1,1 | awk -v most=${MOST_NAMES} 'NR <= most' > ${`${keys}/list`}
printf '%s files, %s looked at\\n' "$(wc -l < ${`${keys}/tree`})" "$(wc -l < ${`${keys}/list`})"`
}

/** Links are no files: what they lead to is never read. */
export function readKnownFiles(access: RepositoryAccess, source: Source, keys: string): Command {
  const prefetch = sh`-c fetch.negotiationAlgorithm=noop fetch --quiet --no-tags --no-write-fetch-head --filter=blob:none --stdin --end-of-options ${source.repositoryUrl}`
  const report = `${keys}/report`
  return sh`known=${`|${KNOWN_FILES.join('|')}|`} room=${MOST_OF_ALL} wanted=()
: > ${report}
while read -r _ mode oid path; do
  printf 'path %s\\n' "$path" >> ${report}
  case $known in
    *"|\${path##*/}|"*) if [ "$mode" != 120000 ]; then wanted+=("$oid $path"); fi ;;
  esac
done < ${`${keys}/list`}
wanted=("\${wanted[@]:0:60}")
if [ "\${#wanted[@]}" -gt 0 ]; then
  printf '%s\\n' "\${wanted[@]%% *}" | sort -u > ${`${keys}/oids`}
  ${access.git(prefetch)} < ${`${keys}/oids`} 2>/dev/null || true
fi
for each in "\${wanted[@]}"; do
  oid=\${each%% *} path=\${each#* }
  { ${access.git(sh`cat-file blob "$oid"`)} || true; } | { head -c ${MOST_OF_FILE}; cat >/dev/null; } > ${`${keys}/one`}
  bytes=$(stat -c %s ${`${keys}/one`})
  if [ "$bytes" -gt "$room" ]; then continue; fi
  room=$((room - bytes))
  printf 'file %s %s\\n' "$bytes" "$path" >> ${report}
  cat ${`${keys}/one`} >> ${report}
  printf '%s\\n' "$path"
done`
}

/** What a reading announced; null for nothing, and for what a hostile server made up. */
export function readFiles(results: Readonly<Record<string, string>>): RepositoryFiles | null {
  const report = unpackResult(results, 'files')
  if (report === null) return null
  const paths: string[] = []
  const contents = new Map<string, string>()
  let position = 0
  while (position < report.length) {
    const end = report.indexOf(0x0a, position)
    const head = /^(path|file (\d{1,6})) (.{1,300})$/.exec(
      end === -1 ? '' : report.toString('utf8', position, end)
    )
    if (head === null) return null
    const [, kind, size, path] = head
    position = end + 1
    if (kind === 'path') paths.push(path)
    else contents.set(path, report.toString('utf8', position, (position += Number(size))))
  }
  return { paths, contents }
}
