import tls from 'node:tls'
import { type CertificateAuthority } from '#tests/support/certificates'

/** Does something while this process trusts one more authority than usual. */
export async function trusting<T>(
  authority: CertificateAuthority,
  act: () => Promise<T>
): Promise<T> {
  const usual = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...usual, authority.certificate])
  try {
    return await act()
  } finally {
    tls.setDefaultCACertificates(usual)
  }
}
