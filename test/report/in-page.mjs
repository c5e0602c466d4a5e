// These run in the page.

/** How far a page can be scrolled sideways, which is not at all where everything fits. */
export function sidewaysScroll() {
  return document.documentElement.scrollWidth - innerWidth
}

/**
 * Texts that are hard to read: those whose colour has less contrast to the ground than WCAG 2.2 asks for (1.4.3, level
 * AA: 4.5, or 3 for large text).
 *
 * @returns {string[]}
 */
export function faintTexts() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const faint = new Set()
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!element || !walker.currentNode.textContent?.trim() || !element.checkVisibility()) continue
    const { color, fontSize, fontWeight } = getComputedStyle(element)
    const size = Number.parseFloat(fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700)
    const ground = groundOf(element)
    const ratio = contrast(over(rgba(color), ground), ground)
    if (ratio < (isLarge ? 3 : 4.5)) faint.add(`${ratio.toFixed(2)} ${color}: ${element.outerHTML.slice(0, 80)}`)
  }
  return [...faint]

  /** @param {Element} element @returns {number[]} */
  function groundOf(element) {
    const own = rgba(getComputedStyle(element).backgroundColor)
    if (own[3] === 1) return own
    return over(own, element.parentElement ? groundOf(element.parentElement) : [255, 255, 255, 1])
  }

  /** @param {string} colour as computed styles have it @returns {number[]} */
  function rgba(colour) {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? []
    return [...numbers.slice(0, 3), numbers[3] ?? 1]
  }

  /** @param {number[]} colour @param {number[]} ground @returns {number[]} */
  function over(colour, ground) {
    const alpha = colour[3] ?? 1
    return [...[0, 1, 2].map((index) => alpha * (colour[index] ?? 0) + (1 - alpha) * (ground[index] ?? 0)), 1]
  }

  /** @param {number[]} a @param {number[]} b */
  function contrast(a, b) {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one)
    return (light + 0.05) / (dark + 0.05)
  }

  /** @param {number[]} colour */
  function luminance(colour) {
    const [red = 0, green = 0, blue = 0] = colour.map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
}
