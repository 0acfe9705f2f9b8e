import { type Command, sh } from '#engine/shell/command'
import { assertForm, GrammarError, isDomain, isShellText } from '#engine/system/grammar'

/** What a healthy answer looks like. */
export interface HealthCheck {
  domain: string
  /** Codes and ranges with commas, such as `200-399` or `200,204`. */
  codes: string
  /** Must be in the body, when there is any. */
  text: string | null
  /** Longest wait for one answer, in seconds. */
  answerSeconds: number
  /** Holds the body while it is looked at. */
  bodyFile: string
}

/** Up to ten codes and ranges of codes from 100 to 599, as `200-399` or `200,204,301-303`. */
export function isHealthCodes(value: unknown): value is string {
  if (typeof value !== 'string') return false
  if (!/^[1-5]\d\d(?:-[1-5]\d\d)?(?:,[1-5]\d\d(?:-[1-5]\d\d)?){0,9}$/.test(value)) return false
  return readHealthCodes(value).every(([from, to]) => from <= to)
}

/** The ranges of codes: `200,301-303` as [[200, 200], [301, 303]]. */
export function readHealthCodes(value: string): [number, number][] {
  return value.split(',').map((range) => {
    const [from, to = from] = range.split('-').map(Number)
    return [from, to]
  })
}

/** What an answer may be asked to contain: one line, to 200 characters. */
export function isHealthText(value: unknown): value is string {
  return isShellText(value) && value.length <= 200 && !/[\r\n]/.test(value)
}

/**
 * A function for bash: `healthy URL` asks as a visitor of the domain would, leaves `$status` (000
 * for no answer) and `$unhealthy` (why not, in words), and succeeds when the answer is as expected.
 * Redirects are answers and are not followed.
 */
export function healthFunction(check: HealthCheck): Command {
  const domain = assertForm(isDomain, check.domain, 'The domain')
  const codes = assertForm(isHealthCodes, check.codes, 'The expected codes')
  if (!Number.isInteger(check.answerSeconds) || check.answerSeconds < 1) {
    throw new GrammarError('An answer of the health check may take a second at least.')
  }
  return sh`healthy() {
  status=$(trap '' XFSZ; ulimit -f 1024; curl --silent --output ${check.bodyFile} --write-out '%{http_code} %{time_total}' --noproxy '*' --max-time ${check.answerSeconds} --header ${`Host: ${domain}`} "$1") || true
  answer_took=\${status#* } status=\${status%% *} unhealthy=''
  if [ "$status" = 000 ]; then
    unhealthy='does not answer'
  elif ! expected_code; then
    unhealthy="answers $status"
  ${check.text ? textCheck(check) : sh``}
  fi
  rm -f -- ${check.bodyFile}
  [ -z "$unhealthy" ]
}
expected_code() {
  local range
  for range in ${readHealthCodes(codes).map(([from, to]) => `${from}:${to}`)}; do
    if [ "$status" -ge "\${range%:*}" ] && [ "$status" -le "\${range#*:}" ]; then return 0; fi
  done
  return 1
}`
}

function textCheck(check: HealthCheck): Command {
  const text = assertForm(isHealthText, check.text, 'The expected text')
  return sh`elif ! grep -qF -e ${text} -- ${check.bodyFile} 2>/dev/null; then
    unhealthy="answers $status without the expected text"`
}
