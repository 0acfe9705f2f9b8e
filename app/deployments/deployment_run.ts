import type { RunHandler } from '#app/runs/run_handler'

export const deploymentRun: RunHandler = {
  kind: 'deployment',
  async compile() {
    throw new Error('pending')
  },
}
