import coast from './img/coast.jpg'

/** Known to the server alone, picture included. */
export function placeOfTheWeek() {
  return { name: 'The long coast', picture: coast }
}
