import { Link, useLoaderData } from 'react-router'
import dusk from '../img/dusk.jpg'
import shore from '../img/shore.webp'
import { placeOfTheWeek } from '../server/places.server'

export const meta = () => [{ title: 'Ridgeline' }]

export const loader = () => ({ place: placeOfTheWeek() })

export default function Home() {
  const { place } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>Ridgeline</h1>
      <img src={dusk} width={960} height={640} alt="Ridges at dusk" />
      <h2>Place of the week: {place.name}</h2>
      <img src={place.picture} width={960} height={640} alt="Lights at night" />
      <h2>The shore</h2>
      <img src={shore} width={800} height={534} alt="A shore at noon" />
      <h2>Journal</h2>
      <img src="/img/harbour.jpg" width={720} height={480} alt="A harbour at night" />
      <img src="/img/editor.png" width={1080} height={630} alt="Source code in an editor" />
      <Link to="/about">About</Link>
    </>
  )
}
