/** Where people reach a project, when its domain points at its servers. */
export function siteUrl({ domain, listenPort }: { domain: string; listenPort: number }): string {
  return `http://${domain}${listenPort === 80 ? '' : `:${listenPort}`}`
}
