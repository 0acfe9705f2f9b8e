/** As many characters of a commit's hash as people read: seven. */
export function shortCommitOf(commit: string | null): string | null {
  return commit?.slice(0, 7) ?? null
}
