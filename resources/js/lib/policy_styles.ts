/**
 * Lets xterm.js work under the page's content security policy, which allows style elements by nonce
 * and no style attributes: the style elements that scripts make from now on carry the nonce, and
 * spans take a `style` attribute by way of the CSSOM, which the policy allows (CSP 3, 6.6.3 "unsafe-inline").
 */
export function obeyPolicy(nonce: string): void {
  if (Object.hasOwn(document, 'createElement')) return
  const create = document.createElement
  document.createElement = function (name: string, options?: ElementCreationOptions) {
    const element = create.call(document, name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    if (element instanceof HTMLSpanElement) element.setAttribute = setAttribute
    return element
  } as typeof create
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}
