/**
 * An answer without what differs from one to the next by chance, and with EMAIL for the address:
 * two that are equal do not tell whether the address is known.
 */
export async function comparableAnswer(response: Response, email: string) {
  const text = await response.text()
  return {
    status: response.status,
    location: response.headers.get('location'),
    headers: [...response.headers.keys()].sort(),
    text: text
      .replaceAll(email, 'EMAIL')
      .replaceAll(/nonce="[^"]+"|name=["']_csrf["'] value=["'][^"']+["']/g, ''),
  }
}
