/** The environment's variables that hold keys. */
export interface KeyVariables {
  APP_KEY?: string
  SECRETS_KEY?: string
  APP_KEY_PREVIOUS?: string
  SECRETS_KEY_PREVIOUS?: string
}

export function freshKey(): string
export function previousKeys(text: string | undefined): string[]
export function weaknessOf(key: string | undefined): string | null
export function assertKeys(values: KeyVariables, options: { serving: boolean }): void
