import { line } from './letters.mjs'
import { noise } from './noise.mjs'
import { seededRandom } from './random.mjs'
import { box, curve, dot, svg } from './shapes.mjs'

const night = '#15132b'
const paper = '#fbf3e4'
const lamp = '#ffb454'
const red = '#d8483e'
const stallColours = [red, '#2f8f8a', lamp, '#7d63c9', '#d97b3f', '#4c86c6']

/** Where the stalls stand, as a leaflet shows it. Drawn at 560 × 310. */
export function plan() {
  const names = [
    'Noodles',
    'Tea',
    'Old maps',
    'Lamps',
    'Grilled fish',
    'Records',
    'Cut flowers',
    'Dumplings',
    'Repairs',
  ]
  const stalls = names.map((name, index) => {
    const x = 40 + (index % 3) * 132
    const y = 62 + Math.floor(index / 3) * 78
    return awning(x, y, stallColours[index % stallColours.length] ?? red) + label(name, x + 54, y + 50)
  })
  const waves = [0, 1, 2, 3, 4].map((row) =>
    curve(
      Array.from({ length: 40 }, (_, step) => [452 + step * 2.8, 46 + row * 58 + 5 * Math.sin(step / 2.6 + row)]),
      '#8fc3cf',
      1.6,
    ),
  )
  return svg(
    560,
    310,
    box(0, 0, 560, 310, paper),
    '<path d="M438 0H560V310H450C436 270 452 230 440 190S452 80 438 0Z" fill="#b5dbe0"/>',
    ...waves,
    line('Lantern Pier', { x: 40, y: 36, size: 13, fill: night, weight: 1 }),
    line('stalls by the water', { x: 168, y: 36, size: 7, fill: '#7a7285' }),
    ...stalls,
    line('Ferry', { x: 500, y: 176, size: 8, fill: '#28616d', align: 'middle', weight: 1 }),
    line('every 20 min', { x: 500, y: 192, size: 6, fill: '#28616d', align: 'middle' }),
  )
}

/** @param {number} x @param {number} y @param {string} colour */
function awning(x, y, colour) {
  const stripes = [0, 1, 2, 3, 4, 5].map((stripe) => {
    const left = x + stripe * 18
    const fill = stripe % 2 ? '#ffffff' : colour
    return `<path d="M${left} ${y}H${left + 18}V${y + 24}A9 8 0 0 1 ${left} ${y + 24}Z" fill="${fill}" stroke="${night}" stroke-width="1"/>`
  })
  return box(x + 3, y + 20, 102, 40, '#f0e2c8', 3) + stripes.join('')
}

/** @param {string} name @param {number} x @param {number} y */
function label(name, x, y) {
  return line(name, { x, y, size: 6.5, fill: night, align: 'middle', weight: 0.9 })
}

/** A ticket with torn edges and a shadow, on nothing. Drawn at 300 × 150. */
export function ticket() {
  const holes = [0, 1, 2, 3, 4, 5].map((hole) => `M206 ${24 + hole * 20}v10`).join('')
  return svg(
    300,
    150,
    '<defs><filter id="soft" x="-20%" y="-20%" width="140%" height="150%"><feGaussianBlur stdDeviation="5"/></filter>',
    `<linearGradient id="dusk" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#3b2c6b"/><stop offset="1" stop-color="${red}"/></linearGradient></defs>`,
    '<rect x="34" y="24" width="232" height="114" rx="10" fill="#000" fill-opacity=".5" filter="url(#soft)"/>',
    '<path d="M24 12H276A10 10 0 0 0 286 22V58A14 14 0 0 0 286 90V122A10 10 0 0 0 276 132H24A10 10 0 0 0 14 122V90A14 14 0 0 0 14 58V22A10 10 0 0 0 24 12Z" fill="url(#dusk)"/>',
    `<path d="${holes}" stroke="#fff" stroke-opacity=".6" stroke-width="2" stroke-linecap="round"/>`,
    line('FRIDAY NIGHT', { x: 38, y: 48, size: 9, fill: lamp, weight: 1 }),
    line('Lantern Pier', { x: 38, y: 82, size: 17, fill: '#fff', weight: 0.9 }),
    line('from 18:00 until the candles are out', { x: 38, y: 108, size: 4.6, fill: '#ffe9d2' }),
    lanternShape(246, 70, 0.62),
  )
}

/** A lantern as a list mark, small enough to be inlined. Drawn at 32 × 32. */
export function lamplet() {
  return svg(
    32,
    32,
    `<defs><radialGradient id="glow"><stop stop-color="${lamp}" stop-opacity=".75"/><stop offset="1" stop-color="${lamp}" stop-opacity="0"/></radialGradient></defs>`,
    dot(16, 17, 15, 'url(#glow)'),
    lanternShape(16, 17, 0.24),
  )
}

/** A paper lantern around a point. @param {number} x @param {number} y @param {number} scale */
function lanternShape(x, y, scale) {
  const ribs = [-16, -5, 5, 16].map((rib) => `M-26 ${rib}Q0 ${rib + 6} 26 ${rib}`).join('')
  return (
    `<g transform="translate(${x} ${y}) scale(${scale})">` +
    '<ellipse rx="30" ry="32" fill="#ef5b45"/><ellipse cx="-6" cy="2" rx="17" ry="24" fill="#ffb454" fill-opacity=".75"/>' +
    `<path d="${ribs}" fill="none" stroke="#8e241f" stroke-opacity=".55" stroke-width="1.6"/>` +
    `${box(-13, -38, 26, 9, '#3a2216', 2)}${box(-13, 29, 26, 9, '#3a2216', 2)}` +
    '<path d="M0 38V56M-5 38V50M5 38V50" stroke="#f2c14e" stroke-width="2" stroke-linecap="round"/></g>'
  )
}

/**
 * A lantern that swings in the wind, one drawing per frame. Drawn at 180 × 180.
 *
 * @param {number} count
 */
export function swingFrames(count) {
  const random = seededRandom(9)
  const stars = Array.from({ length: 22 }, () => dot(180 * random(), 150 * random(), 0.5 + random(), '#ffffff99'))
  return Array.from({ length: count }, (_, frame) => {
    const turn = 13 * Math.sin((frame / count) * 2 * Math.PI)
    const flicker = 54 + 8 * noise(frame * 0.9, 1, 5)
    return svg(
      180,
      180,
      `<defs><radialGradient id="glow"><stop stop-color="${lamp}" stop-opacity=".7"/><stop offset="1" stop-color="${lamp}" stop-opacity="0"/></radialGradient></defs>`,
      box(0, 0, 180, 180, night),
      ...stars,
      `<path d="M0 12Q90 26 180 8" fill="none" stroke="#5b5480" stroke-width="2.5"/>`,
      `<g transform="rotate(${turn.toFixed(2)} 90 18)"><path d="M90 18V62" stroke="#8d83b5" stroke-width="2"/>`,
      dot(90, 100, flicker, 'url(#glow)'),
      `${lanternShape(90, 100, 1)}</g>`,
    )
  })
}

/** A row of stalls as a vector editor saves it, with digits nobody sees and a layer nobody uses. */
export function stallsDrawing() {
  const stalls = Array.from({ length: 5 }, (_, index) => {
    const x = 24 + index * 124
    const colour = stallColours[(index + 1) % stallColours.length] ?? red
    const stripes = Array.from({ length: 6 }, (_, stripe) => {
      const left = x + stripe * 18
      return `      <path id="stripe${index}-${stripe}" style="display:inline;fill:${stripe % 2 ? '#ffffff' : colour};fill-opacity:1.00000000;stroke:${night};stroke-width:1.50000000;stroke-miterlimit:4;stroke-dasharray:none" d="M ${left.toFixed(8)},60.00000000 L ${(left + 18).toFixed(8)},60.00000000 L ${(left + 18).toFixed(8)},92.00000000 C ${(left + 18).toFixed(8)},104.00000000 ${left.toFixed(8)},104.00000000 ${left.toFixed(8)},92.00000000 Z" />`
    })
    return `    <g id="stall${index}" inkscape:label="stall ${index}">
      <rect id="counter${index}" x="${(x + 2).toFixed(8)}" y="128.00000000" width="104.00000000" height="46.00000000" style="fill:#6b4a35;fill-opacity:1.00000000;stroke:none" />
      <path id="posts${index}" style="fill:none;stroke:#3a2a20;stroke-width:4.00000000" d="M ${(x + 6).toFixed(8)},90.00000000 L ${(x + 6).toFixed(8)},174.00000000 M ${(x + 102).toFixed(8)},90.00000000 L ${(x + 102).toFixed(8)},174.00000000" />
${stripes.join('\n')}
      <circle id="lamp${index}" cx="${(x + 54).toFixed(8)}" cy="114.00000000" r="7.50000000" style="fill:${lamp};fill-opacity:1.00000000;stroke:none" />
    </g>`
  })
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with a vector editor (https://example.org/editor) -->
<svg
   width="640"
   height="190"
   viewBox="0 0 640 190"
   version="1.1"
   id="svg8"
   sodipodi:docname="stalls.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns="http://www.w3.org/2000/svg">
  <sodipodi:namedview id="namedview10" pagecolor="#ffffff" inkscape:zoom="1.98" inkscape:current-layer="layer1" />
  <g id="layer1" inkscape:label="Stalls" inkscape:groupmode="layer">
${stalls.join('\n')}
    <path id="ground" style="fill:none;stroke:#8d83b5;stroke-width:2.00000000" d="M 0.00000000,176.00000000 L 640.00000000,176.00000000" />
  </g>
  <g id="layer2" inkscape:label="Unused" inkscape:groupmode="layer" />
</svg>
`
}

/** The site's tab icon, as an icon editor exports it. */
export function lanternIcon() {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg width="64px" height="64px" viewBox="0 0 64 64" version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
    <!-- Generator: a drawing app 63.1 (92452) - https://example.org -->
    <title>icons / lantern</title>
    <desc>Created with a drawing app.</desc>
    <defs></defs>
    <g id="icons-/-lantern" stroke="none" stroke-width="1" fill="none" fill-rule="evenodd">
        <rect id="Night" fill="#15132B" x="0.000000" y="0.000000" width="64.000000" height="64.000000" rx="14.000000"></rect>
        <ellipse id="Paper" fill="#EF5B45" cx="32.000000" cy="32.000000" rx="16.500000" ry="17.500000"></ellipse>
        <ellipse id="Flame" fill="#FFB454" cx="29.000000" cy="33.000000" rx="9.000000" ry="12.500000"></ellipse>
        <rect id="Lid" fill="#F2C14E" x="25.000000" y="11.000000" width="14.000000" height="5.000000" rx="1.000000"></rect>
        <rect id="Foot" fill="#F2C14E" x="25.000000" y="48.000000" width="14.000000" height="5.000000" rx="1.000000"></rect>
    </g>
</svg>
`
}
