import tourSheet from './docs/tour-sheet.pdf'
import archive from './img/archive.jpg'
import coast from './img/coast.jpg'
import dunes from './img/dunes.jpg'
import dusk from './img/dusk.jpg'
import forest from './img/forest.jpg'
import lights from './img/lights.jpg'
import pin from './img/pin.png'
import pines from './img/pines.png'
import shore from './img/shore.webp'
import valley from './img/valley.avif'

const places = [
  { photo: dusk, name: 'Violet Saddle', shape: 'wide' },
  { photo: forest, name: 'Moss Wood', shape: 'tall' },
  { photo: coast, name: 'Ember Bay' },
  { photo: dunes, name: 'The Ripples' },
  { photo: valley, name: 'Green Valley' },
  { photo: lights, name: 'Lantern Quay' },
  { photo: pines, name: 'Fog Pines' },
  { photo: shore, name: 'Noon Shore' },
  { photo: archive, name: 'High Saddle, 1931', shape: 'wide' },
]

document.querySelector('#tour-sheet')?.setAttribute('href', tourSheet)

const gallery = document.querySelector('#gallery')
for (const place of places) gallery?.append(card(place))

/** @param {{ photo: string, name: string, shape?: string }} place */
function card({ photo, name, shape = '' }) {
  const figure = Object.assign(document.createElement('figure'), { className: shape })
  const image = Object.assign(new Image(), { src: photo, alt: name })
  const caption = document.createElement('figcaption')
  caption.append(Object.assign(new Image(20, 20), { src: pin, alt: '' }), name)
  figure.append(image, caption)
  return figure
}
