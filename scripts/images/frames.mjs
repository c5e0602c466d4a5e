import { line } from './letters.mjs'
import { routePoints } from './screens.mjs'
import { box, curve, dot, svg } from './shapes.mjs'

/**
 * A route that grows on a map, one drawing per frame. Drawn at 320 × 213.
 *
 * @param {number} count
 */
export function routeFrames(count) {
  const points = routePoints().map(([x, y]) => /** @type {const} */ ([x * 0.444, y * 0.444]))
  return Array.from({ length: count }, (_, frame) => {
    const walked = points.slice(0, 2 + Math.round(((points.length - 2) * frame) / (count - 1)))
    const [x, y] = walked.at(-1) ?? [0, 0]
    return svg(
      320,
      213,
      box(0, 0, 320, 213, '#e9efdc'),
      '<path d="M210 146C224 134 248 136 262 148C274 160 266 178 248 180C230 182 200 166 210 146Z" fill="#a9cfe0"/>',
      '<path d="M-5 60C60 20 120 90 180 50S280 30 330 70M-5 110C80 70 130 140 210 96S290 90 330 120M-5 170C60 140 150 190 200 178" fill="none" stroke="#a98f62" stroke-opacity=".6"/>',
      curve(points, '#ffffff', 4),
      curve(walked, '#e0653a', 3.4),
      dot(x, y, 8, '#e0653a55'),
      dot(x, y, 4.5, '#ffffff'),
      dot(x, y, 3, '#e0653a'),
      box(8, 8, 74, 22, '#ffffff', 6),
      line(`${((14.2 * frame) / (count - 1)).toFixed(1)} km`, {
        x: 45,
        y: 23,
        size: 8,
        fill: '#1d2b29',
        align: 'middle',
        weight: 0.95,
      }),
    )
  })
}

/**
 * A sun that turns behind a passing cloud, on nothing. Drawn at 160 × 120.
 *
 * @param {number} count
 */
export function weatherFrames(count) {
  return Array.from({ length: count }, (_, frame) => {
    const turn = (frame / count) * 45
    const drift = 14 * Math.sin((frame / count) * 2 * Math.PI)
    const rays = Array.from(
      { length: 8 },
      (_, ray) =>
        `<path d="M70 8V18" stroke="#e9a13b" stroke-width="5" stroke-linecap="round" transform="rotate(${turn + ray * 45} 70 50)"/>`,
    )
    return svg(
      160,
      120,
      ...rays,
      dot(70, 50, 24, '#f6bf5a'),
      `<g transform="translate(${drift.toFixed(2)})"><path d="M52 98A18 18 0 0 1 56 62A27 27 0 0 1 106 58A20 20 0 0 1 116 98Z" fill="#ffffff" fill-opacity=".94" stroke="#b9cbd6" stroke-width="2"/></g>`,
    )
  })
}
