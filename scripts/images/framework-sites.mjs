/** @typedef {import('./store.mjs').Recipes} Recipes */

/** The images of each framework's example by folder, under the names that the Vite example has them by. */
const sites = {
  astro: {
    'src/assets': ['hero.jpg', 'dashboard.png', 'badge.png', 'ridges.svg'],
    'src/content/trips': ['dunes.jpg'],
    public: ['favicon.svg', 'og.jpg'],
  },
  sveltekit: {
    'src/lib/img': ['forest.jpg', 'phone.png', 'pin.png', 'ridges.svg', 'route.gif'],
    'src/lib/server/img': ['coast.jpg'],
    static: ['favicon.svg', 'og.jpg'],
  },
  nuxt: {
    'app/assets/img': ['forest.jpg', 'phone.png', 'rings.png', 'pin.png', 'tent.svg'],
    public: ['favicon.svg', 'og.jpg', 'img/north.jpg', 'img/range.svg'],
  },
  'react-router': {
    'app/img': ['dusk.jpg', 'phone.png', 'pin.png', 'ridges.svg', 'shore.webp'],
    'app/server/img': ['lights.jpg'],
    public: ['favicon.svg', 'img/editor.png', 'img/harbour.jpg'],
  },
}

/**
 * The files of all sites by path under `examples`. Each image is made once.
 * @param {Recipes} source The Vite example's images by name.
 * @returns {Recipes}
 */
export function frameworkSites(source) {
  const made = new Map()
  const make = (name) => {
    if (!made.has(name)) made.set(name, source[name]())
    return made.get(name)
  }
  return Object.fromEntries(
    Object.entries(sites).flatMap(([site, folders]) =>
      Object.entries(folders).flatMap(([folder, names]) =>
        names.map((name) => [`${site}/${folder}/${name}`, () => make(name)]),
      ),
    ),
  )
}
