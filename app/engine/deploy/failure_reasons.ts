/** What a message in the last lines means; only of one step where that is given. */
export interface KnownReason {
  form: RegExp
  step?: string
  reason: string
  /** Else what is next for the step. */
  next?: string
}

/** What known messages mean: the first that matches the end of the log is the reason. */
export const REASONS: readonly KnownReason[] = [
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
  { form: /The site does not answer/, reason: 'The site does not answer through nginx.' },
  { form: /The site answers \d+/, reason: 'The site answers with an error through nginx.' },
]
