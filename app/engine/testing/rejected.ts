/** The error a promise rejects with. */
export async function rejected<E extends Error = Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise
  } catch (error) {
    return error as E
  }
  throw new Error('It was expected to be rejected and was not.')
}
