/** What a program does when its parent asks; arguments and results travel as JSON. */
export type Methods = Record<string, (argument: never) => unknown>

export interface Question {
  id: number
  method: string
  argument: unknown
}

export type Answer = { id: number } & ({ result: unknown } | { error: string })

/** Answers the questions of the parent until it is gone. */
export function serve(methods: Methods): void {
  process.on('message', async ({ id, method, argument }: Question) => {
    const answer = async (): Promise<Answer> => {
      try {
        return { id, result: await methods[method](argument as never) }
      } catch (error) {
        return { id, error: (error as Error).stack ?? String(error) }
      }
    }
    process.send!(await answer())
  })
  process.on('disconnect', () => process.exit(0))
}
