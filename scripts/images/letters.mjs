/**
 * A small stroked alphabet of our own, so that text in images does not hang on the fonts of the machine that makes them.
 * Per letter: width, then strokes on a grid where capitals are 6 high, small letters 4, and the baseline is y = 6.
 *
 * @type {Record<string, [number, string]>}
 */
const letters = {
  A: [4, 'M0 6L2 0L4 6M.8 4H3.2'],
  B: [4, 'M0 0V6H2.2Q4 6 4 4.5Q4 3 2.2 3H0M2 3Q3.6 3 3.6 1.5Q3.6 0 2 0H0'],
  C: [4, 'M4 1Q3.2 0 2.2 0Q0 0 0 3Q0 6 2.2 6Q3.2 6 4 5'],
  D: [4, 'M0 0V6H1.6Q4 6 4 3Q4 0 1.6 0Z'],
  E: [3.5, 'M3.5 0H0V6H3.5M0 3H3'],
  F: [3.4, 'M3.4 0H0V6M0 3H3'],
  G: [4.1, 'M4 1Q3.2 0 2.2 0Q0 0 0 3Q0 6 2.2 6Q4 6 4 4V3.2H2.4'],
  H: [4, 'M0 0V6M4 0V6M0 3H4'],
  I: [0.4, 'M.2 0V6'],
  J: [3, 'M3 0V4.4Q3 6 1.5 6Q.2 6 0 4.8'],
  K: [4, 'M0 0V6M3.8 0L0 3.6M1.3 2.6L4 6'],
  L: [3.4, 'M0 0V6H3.4'],
  M: [4.8, 'M0 6V0L2.4 4L4.8 0V6'],
  N: [4, 'M0 6V0L4 6V0'],
  O: [4.2, 'M2.1 0Q0 0 0 3Q0 6 2.1 6Q4.2 6 4.2 3Q4.2 0 2.1 0Z'],
  P: [4, 'M0 6V0H2.2Q4 0 4 1.7Q4 3.4 2.2 3.4H0'],
  R: [4, 'M0 6V0H2.2Q4 0 4 1.7Q4 3.4 2.2 3.4H0M2 3.4L4 6'],
  S: [4, 'M3.7 .9Q3 0 2 0Q.2 0 .2 1.5Q.2 2.7 2 3Q4 3.3 4 4.6Q4 6 2 6Q.6 6 0 5'],
  T: [4, 'M0 0H4M2 0V6'],
  U: [4, 'M0 0V4Q0 6 2 6Q4 6 4 4V0'],
  V: [4, 'M0 0L2 6L4 0'],
  W: [5.4, 'M0 0L1.4 6L2.7 1.4L4 6L5.4 0'],
  Y: [4, 'M0 0L2 3L4 0M2 3V6'],
  Z: [4, 'M0 0H4L0 6H4'],
  a: [3.4, 'M3.4 2V6M3.4 4Q3.4 2 1.8 2Q0 2 0 4Q0 6 1.8 6Q3.4 6 3.4 4'],
  b: [3.4, 'M0 0V6M0 4Q0 2 1.7 2Q3.4 2 3.4 4Q3.4 6 1.7 6Q0 6 0 4'],
  c: [3, 'M3 2.6Q2.5 2 1.7 2Q0 2 0 4Q0 6 1.7 6Q2.5 6 3 5.4'],
  d: [3.4, 'M3.4 0V6M3.4 4Q3.4 2 1.7 2Q0 2 0 4Q0 6 1.7 6Q3.4 6 3.4 4'],
  e: [3.3, 'M0 4H3.3Q3.3 2 1.7 2Q0 2 0 4Q0 6 1.8 6Q2.6 6 3.1 5.3'],
  f: [2.2, 'M2.4 .2Q1 -.2 1 1.4V6M0 2.2H2.2'],
  g: [3.4, 'M3.4 2V6.2Q3.4 8 1.8 8Q.8 8 .3 7.4M3.4 4Q3.4 2 1.7 2Q0 2 0 4Q0 6 1.7 6Q3.4 6 3.4 4'],
  h: [3.2, 'M0 0V6M0 3.8Q.3 2 1.8 2Q3.2 2 3.2 3.8V6'],
  i: [0.6, 'M.3 2V6M.3 .3V.4'],
  j: [1.2, 'M1 2V6.8Q1 8 0 8M1 .3V.4'],
  k: [3, 'M0 0V6M2.8 2L0 4.4M1 3.6L3 6'],
  l: [0.6, 'M.3 0V6'],
  m: [5, 'M0 2V6M0 3.6Q.2 2 1.4 2Q2.5 2 2.5 3.6V6M2.5 3.6Q2.7 2 3.9 2Q5 2 5 3.6V6'],
  n: [3.2, 'M0 2V6M0 3.8Q.3 2 1.8 2Q3.2 2 3.2 3.8V6'],
  o: [3.4, 'M1.7 2Q0 2 0 4Q0 6 1.7 6Q3.4 6 3.4 4Q3.4 2 1.7 2Z'],
  p: [3.4, 'M0 2V8M0 4Q0 2 1.7 2Q3.4 2 3.4 4Q3.4 6 1.7 6Q0 6 0 4'],
  q: [3.4, 'M3.4 2V8M3.4 4Q3.4 2 1.7 2Q0 2 0 4Q0 6 1.7 6Q3.4 6 3.4 4'],
  r: [2, 'M0 2V6M0 3.8Q.2 2 2 2'],
  s: [3, 'M2.7 2.6Q2.2 2 1.4 2Q.1 2 .1 3Q.1 3.8 1.5 4Q3 4.2 3 5Q3 6 1.5 6Q.5 6 0 5.4'],
  t: [2.3, 'M1 .6V5Q1 6 2.3 5.9M0 2H2.2'],
  u: [3.2, 'M0 2V4.4Q0 6 1.5 6Q3 6 3.2 4.2M3.2 2V6'],
  v: [3.2, 'M0 2L1.6 6L3.2 2'],
  w: [4.6, 'M0 2L1.1 6L2.3 2.8L3.5 6L4.6 2'],
  x: [3, 'M0 2L3 6M3 2L0 6'],
  y: [3.2, 'M0 2L1.6 6M3.2 2L1.4 6.8Q.9 8 0 8'],
  z: [3, 'M0 2H3L0 6H3'],
  0: [3.8, 'M1.9 0Q0 0 0 3Q0 6 1.9 6Q3.8 6 3.8 3Q3.8 0 1.9 0Z'],
  1: [1.8, 'M0 1.2L1.6 0V6'],
  2: [3.8, 'M.1 1.4Q.4 0 1.9 0Q3.7 0 3.7 1.6Q3.7 2.8 2.2 4L0 6H3.8'],
  3: [3.8, 'M.2 .9Q.8 0 1.9 0Q3.5 0 3.5 1.5Q3.5 3 1.8 3Q3.8 3 3.8 4.5Q3.8 6 1.9 6Q.5 6 0 4.9'],
  4: [3.9, 'M2.8 6V0L0 4.3H3.9'],
  5: [3.8, 'M3.4 0H.5L.2 2.8Q1 2.3 1.9 2.3Q3.8 2.3 3.8 4.1Q3.8 6 1.8 6Q.6 6 0 5.1'],
  6: [3.7, 'M3.3 .6Q2.8 0 2 0Q0 0 0 3.6Q0 6 1.9 6Q3.7 6 3.7 4.2Q3.7 2.5 2 2.5Q.4 2.5 .1 4'],
  7: [3.8, 'M0 0H3.8L1.3 6'],
  8: [
    3.8,
    'M1.9 2.9Q.3 2.9 .3 1.4Q.3 0 1.9 0Q3.5 0 3.5 1.4Q3.5 2.9 1.9 2.9Q0 2.9 0 4.4Q0 6 1.9 6Q3.8 6 3.8 4.4Q3.8 2.9 1.9 2.9',
  ],
  9: [3.7, 'M.4 5.4Q.9 6 1.7 6Q3.7 6 3.7 2.4Q3.7 0 1.8 0Q0 0 0 1.8Q0 3.5 1.7 3.5Q3.3 3.5 3.6 2'],
  ' ': [1.4, ''],
  '.': [0.6, 'M.3 5.9V6'],
  ',': [0.6, 'M.4 5.8L0 7'],
  ':': [0.6, 'M.3 2.6V2.7M.3 5.9V6'],
  '-': [2, 'M0 3.8H2'],
  '+': [3, 'M0 3.8H3M1.5 2.3V5.3'],
  '/': [2.4, 'M2.4 0L0 6'],
  '%': [
    4.4,
    'M4 0L.4 6M1 .2Q0 .2 0 1.4Q0 2.6 1 2.6Q2 2.6 2 1.4Q2 .2 1 .2M3.4 3.4Q2.4 3.4 2.4 4.6Q2.4 5.8 3.4 5.8Q4.4 5.8 4.4 4.6Q4.4 3.4 3.4 3.4',
  ],
  '°': [1.6, 'M.8 0Q0 0 0 .8Q0 1.6 .8 1.6Q1.6 1.6 1.6 .8Q1.6 0 .8 0Z'],
  '(': [1.2, 'M1.2 -.4Q-.6 3 1.2 6.4'],
  ')': [1.2, 'M0 -.4Q1.8 3 0 6.4'],
  '=': [3, 'M0 3H3M0 4.6H3'],
  '{': [1.6, 'M1.6 -.4Q.6 -.4 .6 1Q.6 3 0 3Q.6 3 .6 5Q.6 6.4 1.6 6.4'],
  '}': [1.6, 'M0 -.4Q1 -.4 1 1Q1 3 1.6 3Q1 3 1 5Q1 6.4 0 6.4'],
  "'": [0.4, 'M.2 0V1.4'],
}

const gap = 1.5
/** @type {[number, string]} */
const unknown = [3, 'M0 0H3V6H0Z']

/**
 * One line of text as an SVG group.
 *
 * @param {string} text
 * @param {{ x: number, y: number, size: number, fill: string, weight?: number, align?: 'start' | 'middle' | 'end' }} style
 *   `y` is the baseline and `size` the height of capitals, both in user units; `weight` is the stroke on the letters' grid
 */
export function line(text, { x, y, size, fill, weight = 0.8, align = 'start' }) {
  const scale = size / 6
  let advance = 0
  let strokes = ''
  for (const letter of text) {
    const [width, path] = letters[letter] ?? unknown
    if (path) strokes += `<path transform="translate(${round(advance)})" d="${path}"/>`
    advance += width + gap
  }
  const width = Math.max(0, advance - gap) * scale
  const left = align === 'end' ? x - width : align === 'middle' ? x - width / 2 : x
  const place = `translate(${round(left)} ${round(y - size)}) scale(${round(scale)})`
  return `<g transform="${place}" fill="none" stroke="${fill}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round">${strokes}</g>`
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000
}
