/** What is said of a step that failed, whatever its last lines say. */
export interface FailedPhase {
  title: string
  next: string
}

/** By the names of steps. */
export const PHASES: Record<string, FailedPhase> = {
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
