import { encode } from 'uqr'

/** The light border that readers need on every side, in modules (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4

/** A code as it is drawn. */
export interface QrCode {
  /** How many modules it is wide and high, with its border. */
  size: number
  /** The dark modules, as the path of an SVG in units of one module. */
  path: string
}

/**
 * Draws a text as a QR code with error correction M.
 */
export function qrCodeOf(text: string): QrCode {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  const parts: string[] = []
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue
      const begin = x
      while (row[x + 1]) x++
      parts.push(`M${begin} ${y}h${x - begin + 1}v1H${begin}z`)
    }
  })
  return { size, path: parts.join('') }
}
