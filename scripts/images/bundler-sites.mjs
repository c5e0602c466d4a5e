import { wholeFrameGif } from './gif.mjs'
import { lamplet, lanternIcon, plan, stallsDrawing, swingFrames, ticket } from './night-market.mjs'
import { cameraJpeg, develop, expose } from './photo.mjs'
import { raster, savedPng } from './raster.mjs'
import { bokeh, coast, moods, mountains } from './scenes.mjs'

/** @typedef {import('./store.mjs').Recipes} Recipes */

/** The bundlers whose examples are the same site. */
const bundlers = ['webpack', 'rspack', 'rsbuild', 'rollup', 'rolldown', 'esbuild', 'farm']

/** @type {Recipes} */
const site = {
  'src/img/pier.jpg': () => photo(bokeh(11), 900, 540),
  'src/img/harbour.jpg': () => photo(coast(12, moods.dusk), 480, 320),
  'src/img/lights.jpg': () => photo(bokeh(52), 400, 500),
  'src/img/print.jpg': () => photo(mountains(40, moods.dusk), 420, 280),
  'src/img/plan.png': () => savedPng(raster(plan(), 1.25).removeAlpha()),
  'src/img/ticket.png': () => savedPng(raster(ticket(), 1.2)),
  'src/img/lamp.inline.png': () => savedPng(raster(lamplet(), 1)),
  'src/img/stalls.svg': () => Buffer.from(stallsDrawing()),
  'src/img/lantern.gif': async () => {
    const frames = swingFrames(10).map((drawing) => raster(drawing).png().toBuffer())
    return wholeFrameGif(await Promise.all(frames), { delay: 120, loop: 0, colours: 32 })
  },
  'public/favicon.svg': () => Buffer.from(lanternIcon()),
  'public/img/ferry.jpg': () => photo(coast(8, moods.noon), 480, 320),
}

/** Each image is made once, and is the same file in every example: a build of one fills the cache for the others. */
export const bundlerSites = /** @type {Recipes} */ (
  Object.fromEntries(
    Object.entries(site).flatMap(([path, make]) => {
      const made = once(make)
      return bundlers.map((bundler) => [`${bundler}/${path}`, made])
    }),
  )
)

/** @param {import('./scenes.mjs').Scene} scene @param {number} width @param {number} height */
function photo(scene, width, height) {
  return cameraJpeg(develop(expose(scene, width, height)))
}

/** @param {Recipes[string]} make @returns {Recipes[string]} */
function once(make) {
  /** @type {ReturnType<Recipes[string]> | undefined} */
  let made
  return () => {
    made ??= make()
    return made
  }
}
