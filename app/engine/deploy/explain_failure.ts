import { stripVTControlCharacters } from 'node:util'

/** Why a deployment did not go through, in words for a person. */
export interface FailureExplanation {
  /** What was being done. */
  phase: string
  /** The command that failed, as the log shows it. */
  command: string | null
  exitCode: number | null
  lastLines: string[]
  reason: string
  next: string
}

export interface FailedStep {
  /** Name of the step; null when none had begun. */
  step: string | null
  rc: number | null
  /** The end of the log, escape sequences and all. */
  tail: string
}

interface Phase {
  title: string
  next: string
}

const PHASES: Record<string, Phase> = {
  preflight: {
    title: 'Check the server',
    next: 'Nothing was changed. Mend what the last lines say, then deploy again.',
  },
  prepare: {
    title: 'Prepare user and directories',
    next: 'Look at what exists under this name on the server, or give the project another short name.',
  },
  fetch: {
    title: 'Fetch the code',
    next: 'Check the address of the repository, the branch, and whether the deploy key may read it.',
  },
  check: {
    title: 'Check the server',
    next: 'Nothing was changed. Mend what the last lines say, then try again.',
  },
  read: {
    title: 'Read the known files',
    next: 'Try again, or fill in the settings by hand: reading is a help and no condition.',
  },
  export: {
    title: 'Write the release',
    next: 'Check the room on the server’s disk, then deploy again.',
  },
  shared: {
    title: 'Link shared paths',
    next: 'Look at the shared paths in the settings and at what the repository has in their place.',
  },
  environment: {
    title: 'Write the environment',
    next: 'Check the room on the server’s disk, then deploy again.',
  },
  processes: {
    title: 'Write the processes',
    next: 'Mend the Procfile, or give the processes on the page Processes, then deploy again.',
  },
  build: {
    title: 'Build',
    next: 'The build commands failed in the new release; what was live is still live. Run them on your machine with the same versions, mend them, and deploy again.',
  },
  seal: {
    title: 'Seal the release',
    next: 'Check that the build makes the public directory that the project’s settings name.',
  },
  start: {
    title: 'Start the new instances',
    next: 'Check the start command. If the port is taken, see on the server what has it: ss -ltnp.',
  },
  health: {
    title: 'Check the new instances',
    next: 'The new instance never served anybody; what was live is still live. Its last lines say why it does not answer. It has to listen on $HOST and $PORT and to answer the health path as the settings expect in time.',
  },
  before: {
    title: 'Run the commands before the switch',
    next: 'Nothing was activated; what was live is still live. The commands may have done a part of their work, and nothing of it was taken back: look at the database before you deploy again.',
  },
  activate: {
    title: 'Activate the release',
    next: 'The site was put back as it was. Run nginx -t on the server to see which file is wrong.',
  },
  ready: {
    title: 'Wait for the other servers',
    next: 'This server was ready, and nothing on it was changed. Look at the server that failed, then deploy again.',
  },
  commit: {
    title: 'Agree with the other servers',
    next: 'This server had switched and went back. Look at the server that failed, then deploy again.',
  },
  verify: {
    title: 'Verify through nginx',
    next: 'The former release is live again. Check whether another site has the same domain and port, and what the health path answers.',
  },
  workers: {
    title: 'Hand over the workers',
    next: 'The former release is live again, with its workers. The last lines say why the new worker died.',
  },
}

/** What known messages mean: the first that matches the end of the log is the reason. */
const REASONS: readonly { form: RegExp; step?: string; reason: string; next?: string }[] = [
  {
    form: /Another deployment of this project is under way/,
    reason: 'Another deployment of this project is under way on the server.',
    next: 'Wait until it has ended, then deploy again.',
  },
  {
    form: /Host key verification failed/,
    step: 'fetch',
    reason: 'The git server showed a host key that is not the confirmed one.',
    next: 'Compare the key with what the git server publishes before you confirm a new one in the project’s settings.',
  },
  {
    form: /Permission denied \(publickey|Permission denied, please try again|access denied or repository not exported/i,
    step: 'fetch',
    reason: 'The repository refused the key.',
    next: 'Add the project’s deploy key to the repository, with read access, then try again.',
  },
  {
    form: /Authentication failed for|HTTP Basic: Access denied|requested URL returned error: 40[13]|could not read Password/i,
    step: 'fetch',
    reason: 'The repository refused the access token.',
    next: 'It may have been revoked, have expired or lack the right to read. Make a new one at the git host and give it in the project’s settings.',
  },
  {
    form: /could not read Username|terminal prompts disabled/i,
    step: 'fetch',
    reason: 'The repository asks for a login.',
    next: 'Give an access token in the project’s settings, or use the ssh address with its deploy key.',
  },
  {
    form: /couldn't find remote ref/i,
    step: 'fetch',
    reason: 'The repository has no such branch or tag.',
    next: 'Check its name in the project’s settings.',
  },
  {
    form: /(?:Repository not found|does not appear to be a git repository|repository '.*' not found)/i,
    step: 'fetch',
    reason: 'There is no such repository, or the key may not see it.',
  },
  {
    form: /Could not resolve host(?:name)?|Name or service not known|Temporary failure in name resolution/i,
    reason: 'The server cannot resolve a host name.',
    next: 'Check the name, and the name servers in /etc/resolv.conf on the server.',
  },
  {
    form: /Connection (?:timed out|refused)|No route to host|Network is unreachable/i,
    step: 'fetch',
    reason: 'The server cannot reach the git server.',
    next: 'Check the server’s way out: its firewall, and that the git server is up.',
  },
  {
    form: /No space left on device|not enough room on/i,
    reason: 'The server’s disk is full.',
    next: 'Make room on the server, or keep fewer releases, then deploy again.',
  },
  {
    form: /is missing on this server/,
    reason: 'The server lacks a program that deployments need.',
    next: 'Prepare the server on its page, then deploy again.',
  },
  {
    form: /nginx: configuration file .* test failed/,
    step: 'preflight',
    reason: 'nginx refuses its configuration as it is on the server, before anything was changed.',
    next: 'Run nginx -t on the server and mend the file it names; another site has broken it.',
  },
  {
    form: /nginx: configuration file .* test failed/,
    step: 'activate',
    reason: 'nginx refused its configuration. The site was put back as it was.',
  },
  {
    form: /(?:\S+): (?:command )?not found/,
    step: 'build',
    reason: 'A program that the build needs is not on the server.',
    next: 'Install it on the server, or add its installation to the build commands.',
  },
  {
    form: /nginx does not serve this release/,
    reason: 'nginx serves something else at this domain and port than the new release.',
  },
  {
    form: /was edited by hand/,
    step: 'preflight',
    reason: 'The site on the server was edited by hand, so nothing was changed.',
    next: 'Look at the difference on the page of the project and decide whether to keep it.',
  },
  { form: /The worker \S+ died at once/, reason: 'A worker of the new release died at once.' },
  { form: /The new instance does not answer/, reason: 'The new instance does not answer.' },
  { form: /The new instance answers \d+/, reason: 'The new instance answers with an error.' },
]

/**
 * Explains a failed step by its name, exit code and last lines. The lines come from a server: show
 * them as text, never as markup.
 */
export function explainFailure({ step, rc, tail }: FailedStep): FailureExplanation {
  const lines = plainLines(tail)
  const phase = PHASES[step ?? ''] ?? { title: 'Deploy', next: 'Read the last lines of the log.' }
  const text = lines.join('\n')
  const known = REASONS.find(
    (reason) => (reason.step === undefined || reason.step === step) && reason.form.test(text)
  )
  const command = lines.findLast((line) => line.startsWith('$ '))
  return {
    phase: phase.title,
    command: command?.slice(2) ?? null,
    exitCode: rc,
    lastLines: lines.filter((line) => !/^(?:▸|↩) |^Failed with exit code /.test(line)).slice(-20),
    reason: known?.reason ?? ownWords(step, rc, lines) ?? reasonOfCode(rc),
    next: known?.next ?? phase.next,
  }
}

/** The steps end with these codes of sysexits(3) and errno(3) when they have just said why. */
const TOLD = [28, 65, 66, 69, 75, 78, 98]

function ownWords(step: string | null, rc: number | null, lines: string[]): string | undefined {
  if (step === 'build' || rc === null || !TOLD.includes(rc)) return undefined
  const undoing = lines.findIndex((line) => /^↩ |^Failed with exit code /.test(line))
  const told = undoing === -1 ? lines : lines.slice(0, undoing)
  return told.findLast((line) => /^[A-Z/].*\.$/.test(line))
}

function reasonOfCode(rc: number | null): string {
  if (rc === 137) return 'The command was killed, as the system does when memory runs out.'
  if (rc === 127) return 'The command was not found.'
  if (rc === 126) return 'The command cannot be executed.'
  return rc === null ? 'It ended without an exit code.' : `The command ended with exit code ${rc}.`
}

function plainLines(tail: string): string[] {
  return stripVTControlCharacters(tail)
    .split('\n')
    .map((line) =>
      line
        .replace(/^.*\r(?!$)/, '')
        .replace(/[\p{Cc}\p{Cf}]/gu, '')
        .trimEnd()
        .slice(0, 500)
    )
    .filter((line) => line !== '')
}
