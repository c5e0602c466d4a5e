import { placeOfTheWeek } from '../lib/server/places.ts'

export const load = () => ({ place: placeOfTheWeek() })
