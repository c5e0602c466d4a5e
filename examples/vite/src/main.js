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
  { photo: dusk, name: 'Violet Saddle', tall: false },
  { photo: forest, name: 'Moss Wood', tall: true },
  { photo: coast, name: 'Ember Bay', tall: false },
  { photo: dunes, name: 'The Ripples', tall: false },
  { photo: valley, name: 'Green Valley', tall: false },
  { photo: lights, name: 'Lantern Quay', tall: false },
  { photo: pines, name: 'Fog Pines', tall: false },
  { photo: shore, name: 'Noon Shore', tall: false },
  { photo: archive, name: 'High Saddle, 1931', tall: false },
]

const gallery = document.querySelector('#gallery')
for (const place of places) gallery?.append(card(place))

/** @param {{ photo: string, name: string, tall: boolean }} place */
function card({ photo, name, tall }) {
  const figure = document.createElement('figure')
  if (tall) figure.className = 'tall'
  const image = Object.assign(new Image(), { src: photo, alt: name })
  const caption = document.createElement('figcaption')
  caption.append(Object.assign(new Image(20, 20), { src: pin, alt: '' }), name)
  figure.append(image, caption)
  return figure
}
