// Makes test/fixtures: small files of every kind that the tests feed to the real thing.
// `--check` compares instead of writing.
import { fileURLToPath } from 'node:url'
import { brochure } from './documents/brochure.mjs'
import { docx } from './documents/docx.mjs'
import { pdf } from './documents/pdf.mjs'
import { icon, illustration, scripted } from './images/drawings.mjs'
import { routeFrames, weatherFrames } from './images/frames.mjs'
import { wholeFrameGif } from './images/gif.mjs'
import { badge, flatMark, pin } from './images/logos.mjs'
import { cameraJpeg, develop, developDeep, expose } from './images/photo.mjs'
import { animate, blackAndWhiteNoise, withWrongChecksum } from './images/png.mjs'
import { seededRandom } from './images/random.mjs'
import { animatedWebp, raster, savedPng } from './images/raster.mjs'
import { bokeh, coast, dunes, forest, moods, mountains } from './images/scenes.mjs'
import { dashboard } from './images/screens.mjs'
import { makeFiles } from './images/store.mjs'

const landscape = () => develop(expose(mountains(7, moods.dawn), 360, 240))
const shore = () => develop(expose(coast(3, moods.dusk), 300, 200))
const photo = () => cameraJpeg(landscape())

/** Orientation 6 asks viewers to turn the stored pixels a quarter clockwise, so they are stored turned the other way. */
async function rotated() {
  const upright = develop(expose(forest(13), 160, 240))
  return cameraJpeg(upright.rotate(270), { orientation: 6 })
}

const screenshot = () => savedPng(raster(dashboard(), 0.5).removeAlpha())

/** Two pages with a picture each, one of them a photo. */
async function leaflet(options) {
  const lines = ['A line of text under the picture.', 'Another one, \\(in brackets\\).']
  const pages = [
    { heading: 'Mountains', lines, picture: await photo() },
    { heading: 'Figures', lines, picture: await screenshot() },
  ]
  return brochure('Leaflet', pages, options)
}

async function letter() {
  const lines = Array.from({ length: 12 }, (_, i) => `Paragraph ${i + 1} says what the one before it said.`)
  return docx('A letter', lines, { 'image1.jpeg': await cameraJpeg(shore()), 'image2.png': await screenshot() })
}

async function frames(drawings, scale = 1) {
  return Promise.all(drawings.map((drawing) => raster(drawing, scale).png().toBuffer()))
}

const recipes = {
  'photo.jpg': photo,
  'photo-2.jpg': () => cameraJpeg(shore()),
  'photo-rotated.jpg': rotated,
  'photo-p3.jpg': () => cameraJpeg(develop(expose(dunes(5, moods.noon), 300, 200)), { profile: 'p3' }),
  'grey.jpg': () => cameraJpeg(landscape().resize(240).toColourspace('b-w')),
  'cmyk.jpg': () => cameraJpeg(shore().resize(180).toColourspace('cmyk')),
  'screenshot.png': () => savedPng(raster(dashboard(), 0.8).removeAlpha().withIccProfile('srgb')),
  'logo-alpha.png': () => savedPng(raster(badge(), 1)),
  'palette.png': () => raster(flatMark(), 2).png({ palette: true, colours: 64, compressionLevel: 3 }).toBuffer(),
  'deep.png': () =>
    developDeep(expose(mountains(40, moods.dusk), 120, 80))
      .png({ compressionLevel: 6 })
      .toBuffer(),
  'animated.png': async () => animate(await frames(weatherFrames(6), 0.75), { delay: 120, loop: 0 }),
  'photo.webp': () => shore().webp({ quality: 92 }).toBuffer(),
  'lossless.webp': () => raster(badge(), 1).webp({ lossless: true, effort: 0 }).toBuffer(),
  'animated.webp': async () =>
    animatedWebp(await frames(weatherFrames(8), 0.75), {
      quality: 92,
      effort: 1,
      loop: 3,
      delay: [100, 80, 60, 100, 80, 60, 100, 200],
    }),
  'animated.gif': async () => wholeFrameGif(await frames(routeFrames(8), 0.6), { delay: 90, loop: 0 }),
  'still.gif': () =>
    develop(expose(bokeh(11), 160, 107))
      .gif({ effort: 1, dither: 1, colours: 256 })
      .toBuffer(),
  'photo.avif': () => landscape().avif({ quality: 80, effort: 2 }).toBuffer(),
  'drawing.svg': () => Buffer.from(illustration(5)),
  'scripted.svg': () => Buffer.from(scripted()),
  'icon.svg': () => Buffer.from(icon('compass')),
  'icon.png': () => savedPng(raster(pin(), 1.5)),
  'optimal.png': () => blackAndWhiteNoise(128, seededRandom(99)),
  'tiny.png': () => raster(flatMark(), 0.1).png().toBuffer(),
  'broken.jpg': async () => (await photo()).subarray(0, 9000),
  'broken.png': async () => withWrongChecksum(await savedPng(raster(badge(), 0.4))),
  'empty.png': () => Buffer.alloc(0),
  'mislabelled.png': () => cameraJpeg(shore().resize(150)),
  'lfs-pointer.png': () =>
    Buffer.from(
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 131072\n',
    ),
  'document.pdf': () => pdf('Compress.FAST test document'),
  'leaflet.pdf': () => leaflet(),
  'signed.pdf': () => leaflet({ isSigned: true }),
  'letter.docx': letter,
}

await makeFiles({
  folder: fileURLToPath(new URL('../test/fixtures', import.meta.url)),
  record: fileURLToPath(new URL('images/fixtures.json', import.meta.url)),
  recipes,
  check: process.argv.includes('--check'),
})
