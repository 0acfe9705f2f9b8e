import { type DeployContext } from '#engine/deploy/context'
import { readHealthCodes } from '#engine/processes/health'
import { type Command, sh } from '#engine/shell/command'

/** Seconds between two requests. */
const PAUSE = 0.05

/**
 * Asks the live site again and again while the release is switched, as a visitor would, if there
 * was a site before. Announced by `reportProbe`.
 */
export function startProbe({ project, layout }: DeployContext): Command {
  const url = `http://127.0.0.1:${project.listenPort}${project.healthPath}`
  return sh`if [ -n "$had_site" ]; then
  mkdir -p /run/muster
  (
    exec 8>&-
    # $$ is the script, which may be killed.
    while kill -0 "$$" 2>/dev/null; do
      curl --silent --output /dev/null --write-out '%{http_code} %{time_total}\\n' --noproxy '*' --max-time 10 --header ${`Host: ${project.domain}`} ${url} || true
      sleep ${PAUSE}
    done
  ) > ${`${layout.keys}.probe`} 2>/dev/null &
  prober=$!
fi`
}

/** Results `probe_requests`, `probe_failures` and `probe_worst_ms`. */
export function reportProbe({ project, layout }: DeployContext): Command {
  const file = `${layout.keys}.probe`
  const codes = readHealthCodes(project.healthCodes ?? '200-399').map((range) => range.join(':'))
  return sh`if [ -n "\${prober:-}" ]; then
  kill -s KILL "$prober"
  wait "$prober" 2>/dev/null || true
  read -r requests failures worst < <(awk -v codes=${codes.join(' ')} '
    BEGIN { count = split(codes, ranges, " ") }
    function expected(code, at, ends) {
      for (at = 1; at <= count; at++) {
        split(ranges[at], ends, ":")
        if (code + 0 >= ends[1] + 0 && code + 0 <= ends[2] + 0) return 1
      }
      return 0
    }
    NF == 2 { n++; if (!expected($1)) f++; if ($2 > w) w = $2 }
    END { printf "%d %d %d", n, f, w * 1000 }' ${file}) || true
  rm -f -- ${file}
  printf '%s requests during the switch, %s failed, the slowest took %s ms\\n' "$requests" "$failures" "$worst"
  muster_result probe_requests "$requests"
  muster_result probe_failures "$failures"
  muster_result probe_worst_ms "$worst"
fi`
}
