/** A value that is proposed, and what speaks for it, such as "package-lock.json is there". */
export interface Proposal {
  value: string
  reason: string
}

export interface ProposedProcess {
  name: string
  command: string
  reason: string
}

/** How a directory of a repository is probably built and run. Nothing of it is certain. */
export interface Proposals {
  /** What it is, in words: "Next.js". */
  what: string
  /** `static`, `process` or `php`. */
  runtime: Proposal
  /** The language and the version of it that is asked for. */
  version?: Proposal
  install?: Proposal
  build?: Proposal
  start?: Proposal
  publicDirectory?: Proposal
  healthPath?: Proposal
  /** Files and directories that outlive a release. */
  shared?: Proposal[]
  migrations?: Proposal
  /** Besides the one that answers requests. */
  processes?: ProposedProcess[]
  /** What to see to by hand. */
  notes?: string[]
}

/** A name of the repository that may stand in a command: no space, no quote, no option. */
export function isPlainName(value: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(value) && !value.includes('..')
}

/** A version as people ask for it, such as `>=20` or `^8.2`; null for all else. */
export function versionWanted(language: string, text: string | null, reason: string) {
  const wanted = text?.trim() ?? ''
  const isVersion = /^[\w .<>=^~|*,-]{1,40}$/.test(wanted) && /\d/.test(wanted)
  return isVersion ? { value: `${language} ${wanted}`, reason } : undefined
}
