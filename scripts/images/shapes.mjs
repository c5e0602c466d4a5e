/** SVG in strings: the few shapes that the drawn images are put together from. */

/**
 * A whole SVG document.
 *
 * @param {number} width
 * @param {number} height
 * @param {...string} content
 */
export function svg(width, height, ...content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content.join('')}</svg>`
}

/**
 * A rectangle with rounded corners.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} fill
 * @param {number} [radius]
 */
export function box(x, y, width, height, fill, radius = 0) {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`
}

/** @param {number} x @param {number} y @param {number} radius @param {string} fill */
export function dot(x, y, radius, fill) {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`
}

/**
 * A line through points, for charts and routes.
 *
 * @param {readonly (readonly [number, number])[]} points
 * @param {string} stroke
 * @param {number} width
 * @param {string} [fill]
 */
export function curve(points, stroke, width, fill = 'none') {
  const path = points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(2)} ${y.toFixed(2)}`).join('')
  return `<path d="${path}" fill="${fill}" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`
}
