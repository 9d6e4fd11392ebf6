/** Whether a page is readable and its controls are large enough: scripts that run in the page. */

/**
 * The contrast of every text with its background, lowest first. Runs in the page, so it is a string. Computes as
 * WCAG 2.2 does, and looks through transparent backgrounds.
 */
export const contrasts: string = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((channel) => {
      const share = channel / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const ground = getComputedStyle(at).backgroundColor
      if (channels(ground)[3] !== 0) return ground
    }
    return 'rgb(255, 255, 255)'
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim()
    const element = walker.currentNode.parentElement
    if (!text || !element.checkVisibility()) continue
    const [dark, light] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))].sort((a, b) => a - b)
    found.push({ text, contrast: (light + 0.05) / (dark + 0.05) })
  }
  return found.sort((a, b) => a.contrast - b.contrast)
})()`

/** Controls that are smaller than a finger: 44 pixels. Links within sentences are excluded. */
export const smallTargets: string = `[...document.querySelectorAll('button, a, summary, .field input, label.check')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML)`
