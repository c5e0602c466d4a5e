import { line } from './letters.mjs'
import { noise } from './noise.mjs'
import { seededRandom } from './random.mjs'
import { box, curve, dot, svg } from './shapes.mjs'

const ink = '#1d2b29'
const quiet = '#7b8885'
const paper = '#f7f5f0'
const pine = '#1f4d43'
const ember = '#e0653a'
const sky = '#4a86b8'

/** A chart-and-table window of a web app. Drawn at 960 × 600. */
export function dashboard() {
  return svg(960, 600, box(0, 0, 960, 600, paper), sidebar(), tiles(), elevation(), tours())
}

function sidebar() {
  const entries = ['Overview', 'Tours', 'Weather', 'Huts', 'Gear list', 'Friends', 'Settings']
  const rows = entries.map((entry, index) => {
    const y = 118 + index * 40
    const back = index === 0 ? box(14, y - 22, 172, 34, '#2c6155', 8) : ''
    return (
      back +
      dot(34, y - 5, 5, index === 0 ? ember : '#5d857b') +
      line(entry, { x: 52, y, size: 9, fill: '#e6efe9', weight: 0.85 })
    )
  })
  const logo = `<path d="M26 52L42 26L52 41L58 33L70 52Z" fill="${ember}"/>`
  return (
    box(0, 0, 200, 600, pine) +
    logo +
    line('Ridgeline', { x: 82, y: 52, size: 14, fill: '#ffffff', weight: 1 }) +
    rows.join('')
  )
}

function tiles() {
  const facts = [
    ['Distance', '412 km', '+ 18 %'],
    ['Ascent', '21 380 m', '+ 7 %'],
    ['Nights out', '26', '+ 4'],
    ['Summits', '31', '- 2'],
  ]
  return (
    facts
      .map(([label, value, change], index) => {
        const x = 224 + index * 182
        const trend = change.startsWith('-') ? ember : '#2f8f6b'
        return (
          box(x, 76, 174, 92, '#e4e0d6', 12) +
          box(x, 75, 174, 92, '#ffffff', 12) +
          line(label, { x: x + 16, y: 104, size: 8, fill: quiet }) +
          line(value, { x: x + 16, y: 138, size: 16, fill: ink, weight: 0.95 }) +
          line(change, { x: x + 158, y: 104, size: 7, fill: trend, align: 'end' })
        )
      })
      .join('') + line('Good morning, Ada', { x: 224, y: 50, size: 15, fill: ink, weight: 1 })
  )
}

function elevation() {
  /** @type {[number, number][]} */
  const points = Array.from({ length: 140 }, (_, index) => [
    244 + index * 2.95,
    400 - 130 * noise(index / 26, 1, 8) - 26 * noise(index / 5, 2, 9) - 8 * noise(index, 3, 10),
  ])
  const grid = [0, 1, 2, 3].map(
    (row) =>
      box(244, 258 + row * 48, 412, 1, '#ece8df') +
      line(`${2400 - row * 400}`, { x: 650, y: 254 + row * 48, size: 6, fill: quiet, align: 'end' }),
  )
  const area = curve([[244, 420], ...points, [654, 420]], 'none', 0, 'url(#rise)')
  return (
    `<defs><linearGradient id="rise" x1="0" y1="0" x2="0" y2="1"><stop stop-color="${sky}" stop-opacity=".55"/><stop offset="1" stop-color="${sky}" stop-opacity=".04"/></linearGradient></defs>` +
    box(224, 188, 452, 250, '#ffffff', 12) +
    line('Elevation, last tour', { x: 244, y: 222, size: 9, fill: ink, weight: 0.95 }) +
    grid.join('') +
    area +
    curve(points, sky, 2.2) +
    box(692, 188, 252, 250, '#ffffff', 12) +
    line('Hours per week', { x: 712, y: 222, size: 9, fill: ink, weight: 0.95 }) +
    Array.from({ length: 12 }, (_, week) => bar(week)).join('')
  )
}

/** @param {number} week */
function bar(week) {
  const height = Math.round(24 + 130 * noise(week * 0.9, 4, 12))
  return box(712 + week * 18, 412 - height, 11, height, week === 9 ? ember : '#8fb3a6', 4)
}

function tours() {
  const names = ['Lake loop by night', 'North face traverse', 'Hut to hut, day 2', 'Old salt road']
  const rows = names.map((name, index) => {
    const y = 508 + index * 24
    return (
      dot(250, y - 4, 4, [ember, sky, '#2f8f6b', '#c7a23c'][index] ?? ink) +
      line(name, { x: 264, y, size: 8, fill: ink }) +
      line(`${(9 + 7 * noise(index * 3.1, 5, 2)).toFixed(1)} km`, { x: 640, y, size: 8, fill: quiet, align: 'end' }) +
      line(`${Math.round(400 + 900 * noise(index * 2.3, 6, 3))} m`, { x: 760, y, size: 8, fill: quiet, align: 'end' }) +
      line(`2026-0${5 - index}-1${index + 3}`, { x: 924, y, size: 8, fill: quiet, align: 'end' })
    )
  })
  return (
    box(224, 456, 720, 132, '#ffffff', 12) +
    line('Recent tours', { x: 244, y: 482, size: 9, fill: ink, weight: 0.95 }) +
    rows.join('')
  )
}

/** A topographic map with a route, as a map view of an app shows it. Drawn at 720 × 480. */
export function map() {
  const levels = Array.from({ length: 17 }, (_, index) => contour(0.16 + index * 0.042))
  const lines = levels.map(
    (path, index) =>
      `<path d="${path}" fill="none" stroke="#a98f62" stroke-opacity="${index % 4 ? 0.45 : 0.9}" stroke-width="${index % 4 ? 0.8 : 1.5}"/>`,
  )
  return svg(720, 480, box(0, 0, 720, 480, '#e9efdc'), lake(), ...lines, route(), places(), panel())
}

function lake() {
  return `<path d="M470 330C500 300 560 306 590 334C616 360 600 400 560 404C520 410 450 372 470 330Z" fill="#a9cfe0" stroke="#7fb0c6" stroke-width="1.5"/>`
}

/** Marching squares over a noise field, unjoined segments. @param {number} level */
function contour(level) {
  const step = 10
  /** @param {number} column @param {number} row */
  const height = (column, row) => 0.75 * noise(column / 15, row / 15, 61) + 0.25 * noise(column / 6, row / 6, 62)
  let path = ''
  for (let row = 0; row < 48; row++) {
    for (let column = 0; column < 72; column++) {
      const corners = /** @type {const} */ ([
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ])
      /** @type {string[]} */
      const crossings = []
      for (let side = 0; side < 4; side++) {
        const from = corners[side] ?? corners[0]
        const to = corners[(side + 1) % 4] ?? corners[0]
        const a = height(from[0], from[1])
        const b = height(to[0], to[1])
        if (a < level === b < level) continue
        const share = (level - a) / (b - a)
        crossings.push(
          `${(step * (from[0] + (to[0] - from[0]) * share)).toFixed(1)} ${(step * (from[1] + (to[1] - from[1]) * share)).toFixed(1)}`,
        )
      }
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) path += `M${crossings[pair]}L${crossings[pair + 1]}`
    }
  }
  return path
}

/** Points of the drawn route. @returns {[number, number][]} */
export function routePoints() {
  return Array.from({ length: 90 }, (_, index) => [
    70 + index * 6.2 + 26 * (noise(index / 9, 1, 30) - 0.5),
    380 - index * 2.6 + 150 * (noise(index / 16, 2, 31) - 0.5),
  ])
}

function route() {
  const points = routePoints()
  const start = points[0] ?? [0, 0]
  const end = points.at(-1) ?? [0, 0]
  return (
    curve(points, '#ffffff', 7) +
    curve(points, ember, 4) +
    dot(start[0], start[1], 7, pine) +
    dot(end[0], end[1], 9, '#fff') +
    dot(end[0], end[1], 6, ember)
  )
}

function places() {
  const names = /** @type {const} */ ([
    ['Black Lake', 500, 356],
    ['Fern Hut', 118, 420],
    ['High Saddle', 520, 92],
    ['Old Mill', 300, 440],
    ['Two Towers', 250, 120],
  ])
  return names
    .map(
      ([name, x, y]) =>
        line(name, { x, y, size: 9, fill: '#ffffff', weight: 2.4 }) +
        line(name, { x, y, size: 9, fill: ink, weight: 0.85 }),
    )
    .join('')
}

function panel() {
  return (
    box(18, 18, 196, 92, '#ffffff', 10) +
    line('Fern Hut - High Saddle', { x: 32, y: 42, size: 8, fill: ink, weight: 0.95 }) +
    line('14.2 km   1 120 m up', { x: 32, y: 64, size: 7, fill: quiet }) +
    box(32, 78, 168, 20, ember, 10) +
    line('Start navigation', { x: 116, y: 92, size: 7, fill: '#fff', align: 'middle', weight: 1 })
  )
}

/** A phone with a weather app, transparent around it with a soft shadow. Drawn at 300 × 600. */
export function phone() {
  const hours = Array.from({ length: 6 }, (_, hour) => {
    const x = 52 + hour * 39
    const warmth = Math.round(8 + 9 * noise(hour * 0.8, 1, 77))
    return (
      line(`${8 + hour * 2}h`, { x, y: 330, size: 7, fill: '#dce9f2', align: 'middle' }) +
      dot(x, 352, 8, '#ffd27a') +
      line(`${warmth}°`, { x, y: 386, size: 9, fill: '#fff', align: 'middle' })
    )
  })
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday'].map((day, index) => {
    const y = 444 + index * 32
    return (
      line(day, { x: 46, y, size: 8, fill: '#eaf2f7' }) +
      box(150, y - 6, 100, 5, '#ffffff55', 2.5) +
      box(160 + index * 8, y - 6, 52, 5, '#ffd27a', 2.5)
    )
  })
  return svg(
    300,
    600,
    '<defs><filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="9"/></filter>',
    '<linearGradient id="air" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#2d5f91"/><stop offset=".55" stop-color="#7fa7c4"/><stop offset="1" stop-color="#d9a27c"/></linearGradient></defs>',
    '<rect x="24" y="30" width="252" height="546" rx="40" fill="#000" fill-opacity=".4" filter="url(#soft)"/>',
    box(20, 16, 260, 556, '#14201e', 40),
    box(29, 25, 242, 538, 'url(#air)', 32),
    box(112, 36, 76, 16, '#14201e', 8),
    line('High Saddle', { x: 150, y: 116, size: 13, fill: '#fff', align: 'middle', weight: 0.9 }),
    line('11°', { x: 156, y: 216, size: 62, fill: '#fff', align: 'middle', weight: 0.4 }),
    line('Wind 14 km/h  clear', { x: 150, y: 250, size: 8, fill: '#eaf2f7', align: 'middle' }),
    box(38, 304, 224, 96, '#ffffff26', 16),
    box(38, 414, 224, 138, '#ffffff1c', 16),
    ...hours,
    ...days,
  )
}

/**
 * Source code in an editor. Drawn at 720 × 420.
 *
 * @param {number} seed
 */
export function editor(seed) {
  const random = seededRandom(seed)
  const words = [
    'const',
    'route',
    'height',
    'await',
    'load',
    'map',
    'return',
    'slope',
    'for',
    'point',
    'of',
    'track',
    'sum',
  ]
  const colours = ['#c792ea', '#82aaff', '#c3e88d', '#f78c6c', '#d6deeb']
  const rows = Array.from({ length: 19 }, (_, row) => {
    let x = 64 + 18 * Math.floor(random() * 4)
    const tokens = Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
      const word = words[Math.floor(random() * words.length)] ?? 'let'
      const token = line(word, {
        x,
        y: 62 + row * 18,
        size: 8,
        fill: colours[Math.floor(random() * colours.length)] ?? '#fff',
      })
      x += word.length * 7.4 + 10
      return token
    })
    return line(`${row + 1}`, { x: 40, y: 62 + row * 18, size: 7, fill: '#4b6479', align: 'end' }) + tokens.join('')
  })
  const lamps = dot(18, 18, 6, '#ff5f57') + dot(38, 18, 6, '#febc2e') + dot(58, 18, 6, '#28c840')
  return svg(
    720,
    420,
    box(0, 0, 720, 420, '#011627'),
    box(0, 0, 720, 36, '#0b2942'),
    lamps,
    line('track.ts - ridgeline', { x: 360, y: 22, size: 8, fill: '#8badc1', align: 'middle' }),
    ...rows,
  )
}
