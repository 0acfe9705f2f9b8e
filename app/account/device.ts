/** What someone is signed in with. */
export interface Device {
  /** Such as "Firefox on Linux". */
  name: string
  kind: 'computer' | 'phone' | 'program' | 'unknown'
}

/** How much of a text that says nothing familiar is shown, in characters. */
const MOST = 48

/** Browsers also name the ones they descend from, so those that came later stand first. */
const BROWSERS: readonly [pattern: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\/\d/, 'Edge'],
  [/\b(?:OPR|OPT|OPiOS|Opera)\/\d/, 'Opera'],
  [/\bVivaldi\/\d/, 'Vivaldi'],
  [/\bSamsungBrowser\/\d/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/\d/, 'Firefox'],
  [/\bHeadlessChrome\/\d/, 'Headless Chrome'],
  [/\b(?:Chrome|CriOS)\/\d/, 'Chrome'],
  [/\bChromium\/\d/, 'Chromium'],
  [/\bVersion\/\d[\d.]* (?:Mobile\/\w+ )?Safari\/\d/, 'Safari'],
]

/** Android says that it is Linux too, and an iPad that it is like a Mac. */
const SYSTEMS: readonly [pattern: RegExp, name: string, kind: Device['kind']][] = [
  [/\biPhone\b|\biPod\b/, 'iPhone', 'phone'],
  [/\biPad\b/, 'iPad', 'phone'],
  [/\bAndroid\b/, 'Android', 'phone'],
  [/\bCrOS\b/, 'ChromeOS', 'computer'],
  [/\bWindows\b/, 'Windows', 'computer'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS', 'computer'],
  [/\b(?:Free|Open|Net)BSD\b/, 'BSD', 'computer'],
  [/\bLinux\b|\bX11\b/, 'Linux', 'computer'],
]

const PROGRAM = /^(curl|Wget|HTTPie|python-requests|Go-http-client|node)(?:\/[\d.]+)?/i

/**
 * Says in words which browser on which system sent a `User-Agent` header (RFC 9110, 10.1.5). The
 * text comes from whoever made the request: one that says nothing familiar is given back as one
 * short line, which is still to be escaped.
 */
export function deviceOf(userAgent: string | null): Device {
  if (userAgent === null || userAgent.trim() === '') {
    return { name: 'Unknown browser', kind: 'unknown' }
  }
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [, system, kind] = SYSTEMS.find(([pattern]) => pattern.test(userAgent)) ?? []
  if (userAgent.startsWith('Mozilla/5.0 (') && browser && system) {
    return { name: `${browser} on ${system}`, kind: kind! }
  }
  const program = PROGRAM.exec(userAgent)?.[1]
  if (program) return { name: program, kind: 'program' }
  return { name: shortened(userAgent), kind: 'unknown' }
}

function shortened(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim()
  const characters = [...line]
  if (characters.length === 0) return 'Unknown browser'
  return characters.length > MOST ? `${characters.slice(0, MOST).join('')}…` : line
}
