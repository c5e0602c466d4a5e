import lights from './img/lights.jpg'

/** Known to the server alone, picture included. */
export function placeOfTheWeek() {
  return { name: 'The lights below', picture: lights }
}
