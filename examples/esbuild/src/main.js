import './style.css'
import harbour from './img/harbour.jpg'
import lamp from './img/lamp.inline.png'
import lantern from './img/lantern.gif'
import lights from './img/lights.jpg'
// Its small lettering must stay as it is: fewer bytes, but the same pixels.
import plan from './img/plan.png?compress=lossless'
// A picture for the press, which gets the very bytes of the photographer.
import print from './img/print.jpg?compress=off'
import stalls from './img/stalls.svg'
import ticket from './img/ticket.png'

const programme = ['18:00 The lanterns are lit', '19:30 Dumplings against the clock', '21:00 The ferry sings']

const places = [
  { photo: harbour, caption: 'Stay for the dusk' },
  { photo: lights, caption: 'Lose count of the lights' },
  { photo: print, caption: 'Picture for the press', href: print },
]

for (const event of programme) {
  const item = document.createElement('li')
  item.append(picture(lamp, ''), event)
  find('#programme').append(item)
}
for (const place of places) find('#places').append(card(place))
find('#lantern').append(picture(lantern, 'A lantern in the wind'))
find('#plan').append(picture(plan, 'Where the stalls stand'))
find('#ticket').append(picture(ticket, 'A ticket for Friday night'))
find('#stalls').prepend(picture(stalls, ''))

/** @param {{ photo: string, caption: string, href?: string }} place */
function card({ photo, caption, href }) {
  const figure = document.createElement('figure')
  const words = document.createElement('figcaption')
  words.append(href ? Object.assign(document.createElement('a'), { href, textContent: caption }) : caption)
  figure.append(picture(photo, caption), words)
  return figure
}

/** @param {string} src @param {string} alt */
function picture(src, alt) {
  return Object.assign(new Image(), { src, alt })
}

/** @param {string} selector @returns {Element} */
function find(selector) {
  const element = document.querySelector(selector)
  if (!element) throw new Error(`The page has no ${selector}`)
  return element
}
