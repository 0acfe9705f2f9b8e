import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

/** Longest wait for one answer, in seconds. */
const ANSWER_SECONDS = 10

/** A process that was started again so often will not get up by itself. */
const MOST_RESTARTS = 3

/** Waits until the new instance answers with 2xx or 3xx; nobody is sent to it before. */
export function health(context: DeployContext): ScriptStep {
  const { project } = context
  return {
    name: 'health',
    title: 'Check the new instance',
    commands: [
      {
        label: `curl http://127.0.0.1:$PORT${project.healthPath}`,
        command: sh`status=000
began=$SECONDS
while [ "$((SECONDS - began))" -lt ${project.healthTimeoutSeconds} ]; do
  sleep 0.1
  status=$(${probe(project.domain, sh`"http://127.0.0.1:$port"${project.healthPath}`)}) || true
  case $status in (2?? | 3??) break ;; esac
  restarts=$(systemctl show --property=NRestarts --value -- "$unit") || restarts=0
  if [ "\${restarts:-0}" -ge ${MOST_RESTARTS} ]; then break; fi
  sleep 0.2
done
case $status in
  (2?? | 3??) printf 'Answered %s after %s s\\n' "$status" "$((SECONDS - began))" ;;
  (*)
    if [ "$status" = 000 ]; then
      printf 'The new instance does not answer on port %s.\\n' "$port"
    else
      printf 'The new instance answers %s.\\n' "$status"
    fi
    printf 'Its last lines:\\n'
    journalctl --no-pager --output=cat --lines=40 --since="@$since" --unit="$unit" || true
    exit 1
    ;;
esac`,
      },
    ],
  }
}

/** Asks for a page as a visitor of the domain would; prints the status, 000 for no answer. */
export function probe(domain: string, url: Command): Command {
  return sh`curl --silent --output /dev/null --write-out '%{http_code}' --noproxy '*' --max-time ${ANSWER_SECONDS} --header ${`Host: ${domain}`} ${url}`
}
