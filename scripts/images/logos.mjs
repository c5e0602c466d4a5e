import { line } from './letters.mjs'
import { box, dot, svg } from './shapes.mjs'

/** A badge with a soft shadow and half-transparent parts on nothing. Drawn at 200 × 200. */
export function badge() {
  return svg(
    200,
    200,
    '<defs><filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="7"/></filter>',
    '<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#f9dcae"/><stop offset="1" stop-color="#e0653a"/></linearGradient>',
    '<clipPath id="disc"><circle cx="100" cy="94" r="78"/></clipPath></defs>',
    '<circle cx="100" cy="104" r="78" fill="#0c1f1b" fill-opacity=".45" filter="url(#soft)"/>',
    dot(100, 94, 78, 'url(#sky)'),
    '<g clip-path="url(#disc)">',
    dot(128, 70, 20, '#fff3d6'),
    '<path d="M10 150L62 78L92 112L118 84L190 160V190H10Z" fill="#3f7767"/>',
    '<path d="M10 170L50 124L84 150L130 112L190 168V190H10Z" fill="#1f4d43"/></g>',
    '<circle cx="100" cy="94" r="74" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="3"/>',
    line('RIDGELINE', { x: 100, y: 158, size: 10, fill: '#fff', align: 'middle', weight: 1.1 }),
  )
}

/** A map pin with a gradient and a shadow. Drawn at 32 × 32. */
export function pin() {
  return svg(
    32,
    32,
    '<defs><linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#f4925f"/><stop offset="1" stop-color="#c2431d"/></linearGradient></defs>',
    '<ellipse cx="16" cy="29" rx="7" ry="2" fill="#000" fill-opacity=".28"/>',
    '<path d="M16 29C9 20 6 16.500 6 12A10 10 0 0 1 26 12C26 16.500 23 20 16 29Z" fill="url(#a)" stroke="#8a2c10" stroke-width=".8"/>',
    dot(16, 12, 4.2, '#fff'),
  )
}

/** A plain mark in a few flat colours. Drawn at 160 × 160. */
export function flatMark() {
  return svg(
    160,
    160,
    box(0, 0, 160, 160, '#1f4d43', 28),
    '<path d="M20 120L62 52L88 90L104 68L140 120Z" fill="#e0653a"/><path d="M62 52L76 73L62 82L50 72Z" fill="#f7f5f0"/>',
    dot(116, 44, 14, '#f6cfa8'),
  )
}

/** The site's tab icon, as text. */
export function favicon() {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Ridgeline mark, exported for the web -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" id="Layer_1" x="0px" y="0px" width="64px" height="64px" viewBox="0 0 64 64" enable-background="new 0 0 64 64" xml:space="preserve">
  <g id="Background">
    <rect id="Rect_1" x="0.000" y="0.000" width="64.000" height="64.000" rx="14.000" ry="14.000" fill="#1F4D43" stroke="none" />
  </g>
  <g id="Ridges">
    <path id="Ridge_1" fill="#E0653A" stroke="none" d="M 8.000000 48.000000 L 25.000000 20.000000 L 35.000000 35.000000 L 41.500000 26.500000 L 56.000000 48.000000 Z" />
    <path id="Snow_1" fill="#F7F5F0" stroke="none" d="M 25.000000 20.000000 L 30.500000 28.250000 L 25.000000 32.000000 L 20.000000 28.250000 Z" />
    <circle id="Sun_1" fill="#F6CFA8" stroke="none" cx="46.000000" cy="17.000000" r="5.500000" />
  </g>
</svg>
`
}

/**
 * Fine contour lines to lie under text, on nothing. Drawn at 320 × 320.
 *
 * @param {string} stroke
 */
export function rings(stroke) {
  const circles = Array.from({ length: 14 }, (_, ring) => {
    const points = Array.from({ length: 73 }, (_, step) => {
      const angle = (step / 72) * 2 * Math.PI
      const radius = 12 + ring * 11 + 4 * Math.sin(angle * 3 + ring * 0.4) + 3 * Math.sin(angle * 5 - ring * 0.7)
      return `${(160 + radius * Math.cos(angle)).toFixed(2)} ${(160 + radius * Math.sin(angle)).toFixed(2)}`
    })
    return `<path d="M${points.join('L')}Z" fill="none" stroke="${stroke}" stroke-opacity="${ring % 4 ? 0.35 : 0.7}" stroke-width="1.2"/>`
  })
  return svg(320, 320, ...circles)
}
