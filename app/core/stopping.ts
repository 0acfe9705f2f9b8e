/**
 * Fires when the panel is asked to stop. What would go on for as long as someone listens, such as
 * a stream of events, ends by it: the server waits for its open answers before it closes.
 */
export const stopping = new AbortController()
