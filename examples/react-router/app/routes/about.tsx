import { Link } from 'react-router'
import phone from '../img/phone.png'

export const meta = () => [{ title: 'About Ridgeline' }]

export default function About() {
  return (
    <>
      <h1>About</h1>
      <img src={phone} alt="The app on a phone" />
      <p>
        <span className="pin" /> Ridgeline is made up. So are its mountains.
      </p>
      <Link to="/">Home</Link>
    </>
  )
}
