// Makes the images and documents of the examples. `--check` compares instead of writing.
import { fileURLToPath } from 'node:url'
import { brochure } from './documents/brochure.mjs'
import { docx } from './documents/docx.mjs'
import { bundlerSites } from './images/bundler-sites.mjs'
import { icon, illustration } from './images/drawings.mjs'
import { routeFrames, weatherFrames } from './images/frames.mjs'
import { frameworkSites } from './images/framework-sites.mjs'
import { wholeFrameGif } from './images/gif.mjs'
import { badge, favicon, pin, rings } from './images/logos.mjs'
import { cameraJpeg, develop, expose } from './images/photo.mjs'
import { animatedWebp, raster, savedPng } from './images/raster.mjs'
import { bokeh, coast, dunes, forest, moods, mountains } from './images/scenes.mjs'
import { dashboard, editor, map, phone } from './images/screens.mjs'
import { makeFiles } from './images/store.mjs'

const drawn = (drawings, scale) => Promise.all(drawings.map((drawing) => raster(drawing, scale).png().toBuffer()))

const source = {
  'hero.jpg': () => cameraJpeg(develop(expose(mountains(7, moods.dawn), 1600, 900))),
  'dusk.jpg': () => cameraJpeg(develop(expose(mountains(40, moods.dusk), 960, 640)), { quality: 95 }),
  'coast.jpg': () => cameraJpeg(develop(expose(coast(3, moods.dusk), 960, 640))),
  'dunes.jpg': () => cameraJpeg(develop(expose(dunes(5, moods.noon), 960, 640)), { profile: 'p3' }),
  'forest.jpg': () => cameraJpeg(develop(expose(forest(13), 600, 800)).rotate(270), { orientation: 6 }),
  'lights.jpg': () => cameraJpeg(develop(expose(bokeh(11), 960, 640))),
  'archive.jpg': () => cameraJpeg(develop(expose(mountains(23, moods.noon, 4), 720, 480, 5)).toColourspace('b-w')),
  'valley.avif': () =>
    develop(expose(mountains(23, moods.noon, 4), 800, 534))
      .avif({ quality: 80, effort: 3 })
      .toBuffer(),
  'shore.webp': () =>
    develop(expose(coast(8, moods.noon), 800, 534))
      .webp({ quality: 92 })
      .toBuffer(),
  'pines.png': () => savedPng(develop(expose(forest(29), 420, 280))),
  'dashboard.png': () => savedPng(raster(dashboard(), 1.5).removeAlpha().withIccProfile('srgb')),
  'map.png': () => savedPng(raster(map(), 1.25).removeAlpha()),
  'phone.png': () => savedPng(raster(phone(), 1.25)),
  'badge.png': () => savedPng(raster(badge(), 1.2)),
  'pin.png': () => savedPng(raster(pin(), 1.5)),
  'rings.png': () => savedPng(raster(rings('#b4c9c0'), 1)),
  'rings-2x.png': () => savedPng(raster(rings('#b4c9c0'), 2)),
  'ridges.svg': () => Buffer.from(illustration(5, 34)),
  'boot.svg': () => Buffer.from(icon('boot')),
  'compass.svg': () => Buffer.from(icon('compass')),
  'tent.svg': () => Buffer.from(icon('tent')),
  'sun.svg': () => Buffer.from(icon('sun')),
  'route.gif': async () => wholeFrameGif(await drawn(routeFrames(20), 1.25), { delay: 120, loop: 0 }),
  'weather.webp': async () =>
    animatedWebp(await drawn(weatherFrames(16), 1.5), { quality: 92, effort: 1, loop: 0, delay: 80 }),
}

const shared = {
  'favicon.svg': () => Buffer.from(favicon()),
  'og.jpg': () => cameraJpeg(develop(expose(mountains(7, moods.dawn), 1200, 630))),
  'img/editor.png': () => savedPng(raster(editor(4), 1.5).removeAlpha()),
  'img/north.jpg': () => cameraJpeg(develop(expose(mountains(61, moods.dawn), 720, 480))),
  'img/harbour.jpg': () => cameraJpeg(develop(expose(bokeh(31), 720, 480))),
  'img/salt.jpg': () => cameraJpeg(develop(expose(dunes(17, moods.dusk), 720, 480))),
  'img/range.svg': () => Buffer.from(illustration(21, 12)),
}

/** What the Vite example links to. */
const documents = {
  'src/docs/tour-sheet.pdf': async () =>
    brochure('Violet Saddle', [
      {
        heading: 'Violet Saddle',
        lines: ['Two days, one hut, 1 400 metres up.', 'Leave the valley by eight; the gully gets sun at noon.'],
        picture: await cameraJpeg(develop(expose(mountains(40, moods.dusk), 1200, 800)), { quality: 95 }),
      },
      {
        heading: 'The way',
        lines: ['Red is the route, blue is water.', 'The last spring is below the hut.'],
        picture: await savedPng(raster(map(), 1.25).removeAlpha()),
      },
    ]),
  'public/docs/packing-list.docx': async () =>
    docx('What to take', ['Water for four hours.', 'A hat. The other hat.', 'This sheet, on paper.'], {
      'image1.jpeg': await cameraJpeg(develop(expose(dunes(17, moods.dusk), 900, 600))),
    }),
}

/** @param {string} folder @param {import('./images/store.mjs').Recipes} recipes */
function under(folder, recipes) {
  return Object.fromEntries(Object.entries(recipes).map(([path, make]) => [`${folder}/${path}`, make]))
}

await makeFiles({
  folder: fileURLToPath(new URL('../examples/vite', import.meta.url)),
  record: fileURLToPath(new URL('images/example.json', import.meta.url)),
  recipes: { ...under('src/img', source), ...under('public', shared), ...documents },
  check: process.argv.includes('--check'),
})

await makeFiles({
  folder: fileURLToPath(new URL('../examples', import.meta.url)),
  record: fileURLToPath(new URL('images/examples-bundlers.json', import.meta.url)),
  recipes: bundlerSites,
  check: process.argv.includes('--check'),
})

await makeFiles({
  folder: fileURLToPath(new URL('../examples', import.meta.url)),
  record: fileURLToPath(new URL('images/examples-frameworks.json', import.meta.url)),
  recipes: frameworkSites({ ...source, ...shared }),
  check: process.argv.includes('--check'),
})
