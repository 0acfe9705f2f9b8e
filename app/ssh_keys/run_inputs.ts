/** How long a run about a key may take, in seconds: it only edits a file. */
export const KEY_RUN_SECONDS = 120

/** What a run that installs or removes a key is given. */
export interface InstallationInput {
  installationId: string
  unixUser: string
  publicKey: string
  /** Whether the key was known to be there before. */
  wasPresent: boolean
}

/** What a run of a rotation is given. */
export interface RotationInput {
  rotationServerId: string
  phase: 'add' | 'remove' | 'withdraw'
  unixUser: string
  /** The key that is added or removed. */
  publicKey: string
  /** The key whose options the new one gets. */
  like: string | null
}
