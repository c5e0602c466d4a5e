import { noise } from './noise.mjs'
import { seededRandom } from './random.mjs'

/**
 * An illustration as a vector editor saves it: comments, metadata, the editor's own namespaces and layers, ids on everything,
 * styles in full and coordinates with far more digits than pixels.
 *
 * @param {number} seed
 * @param {number} [trees]
 */
export function illustration(seed, trees = 16) {
  const random = seededRandom(seed)
  const hills = ['#b9cfc0', '#7ba593', '#3f7767', '#1f4d43'].map((fill, layer) => hill(seed, layer, fill))
  const wood = Array.from({ length: trees }, (_, index) =>
    tree(index, 20 + (index / trees) * 600 + random() * 18, 300 + random() * 34, 0.7 + random() * 0.7),
  )
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with a vector editor (https://example.org/editor) -->

<svg
   width="640"
   height="360"
   viewBox="0 0 640 360"
   version="1.1"
   id="svg5"
   sodipodi:docname="ridges.svg"
   inkscape:version="1.3.2"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
   xmlns:cc="http://creativecommons.org/ns#"
   xmlns:dc="http://purl.org/dc/elements/1.1/"
   xmlns:xlink="http://www.w3.org/1999/xlink"
   xmlns="http://www.w3.org/2000/svg">
  <title
     id="title1">Ridges behind ridges</title>
  <sodipodi:namedview
     id="namedview7"
     pagecolor="#ffffff"
     bordercolor="#666666"
     borderopacity="1.0"
     inkscape:pageshadow="2"
     inkscape:zoom="1.4142136"
     inkscape:cx="320.31842"
     inkscape:cy="179.95915"
     inkscape:window-width="1920"
     inkscape:window-height="1043"
     inkscape:current-layer="layer1" />
  <metadata
     id="metadata9">
    <rdf:RDF>
      <cc:Work
         rdf:about="">
        <dc:format>image/svg+xml</dc:format>
        <dc:title>Ridges behind ridges</dc:title>
      </cc:Work>
    </rdf:RDF>
  </metadata>
  <defs
     id="defs2">
    <linearGradient
       id="linearGradient1204">
      <stop
         style="stop-color:#f9dcae;stop-opacity:1;"
         offset="0"
         id="stop1200" />
      <stop
         style="stop-color:#e98a5f;stop-opacity:1;"
         offset="1"
         id="stop1202" />
    </linearGradient>
    <linearGradient
       inkscape:collect="always"
       xlink:href="#linearGradient1204"
       id="linearGradient1206"
       x1="320.00000000"
       y1="0.00000000"
       x2="320.00000000"
       y2="360.00000000"
       gradientUnits="userSpaceOnUse" />
    <linearGradient
       id="unusedGradient77">
      <stop
         style="stop-color:#000000;stop-opacity:1;"
         offset="0"
         id="stop78" />
    </linearGradient>
  </defs>
  <g
     inkscape:label="Layer 1"
     inkscape:groupmode="layer"
     id="layer1">
    <rect
       style="opacity:1;fill:url(#linearGradient1206);fill-opacity:1;stroke:none;stroke-width:0.75590551;stroke-linejoin:round"
       id="rect111"
       width="640.00000000"
       height="360.00000000"
       x="0.00000000"
       y="0.00000000" />
    <circle
       style="opacity:1;fill:#fff3d6;fill-opacity:1;stroke:none"
       id="path1310"
       cx="448.25196850"
       cy="118.40944882"
       r="37.79527559" />
${hills.join('\n')}
    <!-- the wood in front -->
    <g
       id="g2204"
       transform="translate(0.00000000,0.00000000)">
${wood.join('\n')}
    </g>
    <g
       id="emptyGroup" />
  </g>
</svg>
`
}

/** @param {number} seed @param {number} layer @param {string} fill */
function hill(seed, layer, fill) {
  const base = 170 + layer * 44
  const points = Array.from({ length: 41 }, (_, index) => {
    const height =
      base - (70 - layer * 12) * noise(index / (5 - layer * 0.6), layer, seed) - 6 * noise(index, layer, seed + 4)
    return `${(index * 16).toFixed(8)},${height.toFixed(8)}`
  })
  return `    <path
       style="display:inline;opacity:1;fill:${fill};fill-opacity:1;fill-rule:evenodd;stroke:none;stroke-width:0.75590551px;stroke-linecap:butt;stroke-linejoin:miter;stroke-opacity:1"
       d="M 0.00000000,360.00000000 L ${points.join(' L ')} L 640.00000000,360.00000000 Z"
       id="path${2000 + layer}"
       sodipodi:nodetypes="${'c'.repeat(43)}" />`
}

/** @param {number} index @param {number} x @param {number} y @param {number} scale */
function tree(index, x, y, scale) {
  const w = 11.33858268 * scale
  const h = 37.79527559 * scale
  return `      <path
         style="opacity:1;fill:#14332c;fill-opacity:1;fill-rule:nonzero;stroke:none;stroke-width:0.75590551;stroke-miterlimit:4;stroke-dasharray:none"
         d="M ${(x - w).toFixed(8)},${(y + h).toFixed(8)} L ${x.toFixed(8)},${(y - h * 0.2).toFixed(8)} L ${(x + w).toFixed(8)},${(y + h).toFixed(8)} Z"
         id="path${3000 + index}"
         inkscape:connector-curvature="0" />`
}

/**
 * A small line icon as an icon editor exports it, comments and all.
 *
 * @param {'boot' | 'compass' | 'tent' | 'sun'} name
 * @param {string} [stroke]
 */
export function icon(name, stroke = '#1f4d43') {
  const shapes = iconShapes[name].map(
    (path, index) =>
      `        <path d="${path}" id="Path-${index + 1}" stroke="${stroke}" stroke-width="2.000000" stroke-linecap="round" stroke-linejoin="round"></path>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg width="32px" height="32px" viewBox="0 0 32 32" version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
    <!-- Generator: a drawing app 63.1 (92452) - https://example.org -->
    <title>icons / ${name}</title>
    <desc>Created with a drawing app.</desc>
    <defs></defs>
    <g id="icons-/-${name}" stroke="none" stroke-width="1" fill="none" fill-rule="evenodd">
        <rect id="Bounds" fill-opacity="0" fill="#FFFFFF" x="0.000000" y="0.000000" width="32.000000" height="32.000000"></rect>
${shapes.join('\n')}
    </g>
</svg>
`
}

const iconShapes = {
  boot: [
    'M9.000000,4.500000 L9.000000,17.250000 C7.125000,19.875000 5.250000,21.375000 5.250000,24.750000 L27.000000,24.750000 C27.000000,20.625000 22.875000,19.500000 18.750000,17.625000 L18.375000,4.500000 Z',
    'M5.250000,24.750000 L5.250000,27.750000 L27.000000,27.750000 L27.000000,24.750000',
    'M13.500000,9.000000 L18.375000,9.000000 M13.500000,13.125000 L18.562500,13.125000',
  ],
  compass: [
    'M16.000000,3.500000 C9.096000,3.500000 3.500000,9.096000 3.500000,16.000000 C3.500000,22.904000 9.096000,28.500000 16.000000,28.500000 C22.904000,28.500000 28.500000,22.904000 28.500000,16.000000 C28.500000,9.096000 22.904000,3.500000 16.000000,3.500000 Z',
    'M21.500000,10.500000 L18.250000,18.250000 L10.500000,21.500000 L13.750000,13.750000 Z',
    'M16.000000,3.500000 L16.000000,6.000000 M16.000000,26.000000 L16.000000,28.500000 M3.500000,16.000000 L6.000000,16.000000 M26.000000,16.000000 L28.500000,16.000000',
  ],
  tent: [
    'M16.000000,5.000000 L3.000000,27.000000 L29.000000,27.000000 Z',
    'M16.000000,14.500000 L9.500000,27.000000 M16.000000,14.500000 L22.500000,27.000000',
    'M16.000000,5.000000 L18.250000,2.500000 M16.000000,5.000000 L13.750000,2.500000',
  ],
  sun: [
    'M16.000000,10.500000 C12.962434,10.500000 10.500000,12.962434 10.500000,16.000000 C10.500000,19.037566 12.962434,21.500000 16.000000,21.500000 C19.037566,21.500000 21.500000,19.037566 21.500000,16.000000 C21.500000,12.962434 19.037566,10.500000 16.000000,10.500000 Z',
    'M16.000000,3.000000 L16.000000,6.000000 M16.000000,26.000000 L16.000000,29.000000 M3.000000,16.000000 L6.000000,16.000000 M26.000000,16.000000 L29.000000,16.000000',
    'M6.807612,6.807612 L8.928932,8.928932 M23.071068,23.071068 L25.192388,25.192388 M6.807612,25.192388 L8.928932,23.071068 M23.071068,8.928932 L25.192388,6.807612',
  ],
}

/** A drawing with a script in it, which an optimiser must not touch or drop. */
export function scripted() {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- A counter that runs when the drawing is opened by itself. -->
<svg xmlns="http://www.w3.org/2000/svg" width="240" height="120" viewBox="0 0 240 120">
  <rect id="background" x="0.0000" y="0.0000" width="240.0000" height="120.0000" fill="#1f4d43" />
  <g id="marks" transform="translate(0.0000,0.0000)">
    <circle id="mark-1" cx="40.0000" cy="60.0000" r="20.0000" fill="#e0653a" />
    <circle id="mark-2" cx="120.0000" cy="60.0000" r="20.0000" fill="#f6cfa8" />
    <circle id="mark-3" cx="200.0000" cy="60.0000" r="20.0000" fill="#a9cfe0" />
    <path id="thread" d="M 60.0000,60.0000 L 100.0000,60.0000 M 140.0000,60.0000 L 180.0000,60.0000" stroke="#ffffff" stroke-width="2.0000" fill="none" />
    <path id="frame" d="M 8.0000,8.0000 L 232.0000,8.0000 L 232.0000,112.0000 L 8.0000,112.0000 Z" stroke="#3f7767" stroke-width="1.0000" fill="none" />
  </g>
  <text id="count" x="120.0000" y="112.0000" text-anchor="middle" fill="#ffffff" font-size="12">0</text>
  <script type="text/javascript"><![CDATA[
    var count = 0
    document.getElementById('marks').addEventListener('click', function () {
      count += 1
      document.getElementById('count').textContent = String(count)
    })
  ]]></script>
</svg>
`
}
