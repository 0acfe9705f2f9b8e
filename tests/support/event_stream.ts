/** One server-sent event, its data parsed. */
export interface ServerSentEvent {
  event: string
  id: string
  data: any
}

/**
 * Reads the events of a response as they come (HTML Standard, 9.2.6). Ends with the stream.
 */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  let rest = ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of response.body!) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const fields = block.split('\n').filter((line) => !line.startsWith(':'))
      if (fields.length === 0) continue
      const value = (name: string) =>
        fields.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
      if (!value('data')) continue
      yield { event: value('event'), id: value('id'), data: JSON.parse(value('data')) }
    }
  }
}
