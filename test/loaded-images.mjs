/**
 * Runs in a page, so it may use nothing from outside itself: waits for every image that the page shows, and measures it.
 *
 * @returns {Promise<{
 *   images: { src: string, width: number, height: number }[],
 *   backgrounds: { src: string, width: number, height: number }[],
 *   broken: string[],
 * }>}
 */
export async function loadedImages() {
  const broken = []

  /** An image that waits to be scrolled to would never load here. */
  const measure = async (image) => {
    image.loading = 'eager'
    const src = image.currentSrc || image.src
    await image.decode().catch(() => broken.push(`${src.slice(0, 100)} does not decode`))
    return { src: src.replace(`${location.origin}/`, '/'), width: image.naturalWidth, height: image.naturalHeight }
  }

  /** A background has no size that a script can read, so the same address is loaded once more. */
  const measureAddress = (src) => measure(Object.assign(new Image(), { src }))

  const addresses = new Set()
  for (const element of document.querySelectorAll('*')) {
    for (const part of [null, '::before', '::after', '::marker']) {
      const style = getComputedStyle(element, part)
      const values = `${style.backgroundImage} ${style.borderImageSource} ${style.listStyleImage} ${style.content}`
      for (const [, address] of values.matchAll(/url\("((?:\\.|[^"\\])*)"\)/g)) {
        addresses.add(address.replace(/\\(.)/g, '$1'))
      }
    }
  }
  return {
    images: await Promise.all(Array.from(document.images, measure)),
    backgrounds: await Promise.all(Array.from(addresses, measureAddress)),
    broken,
  }
}
