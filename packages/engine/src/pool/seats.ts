import { type Child, type Outcome, startChild } from './child.js'

/** A child and its history. */
export interface Seat {
  readonly child: Child
  jobs: number
  /** Bytes resident after its last job. */
  held: number
}

/** The children of a pool. */
export interface Seats {
  /** Bytes that each idle child holds, least first. */
  idle(): readonly number[]
  /** The idle child that holds least, or a new one; always a new one when it has to be `fresh`. */
  take(fresh: boolean): Seat
  /** After a job: the child waits for the next one, or ends when it is worn or lost. */
  giveBack(seat: Seat, outcome: Outcome, aborted: boolean): Promise<void>
  /** Ends so many idle children, those that hold most, or all. */
  endIdle(count?: number): Promise<void>
  pids(): number[]
}

/** A child that holds more than this after a job leaks, or had a giant and will not give it back; a new one takes 0.2 s. */
const MOST_HELD = 512 * 2 ** 20

/** Keeps at most `most` idle children, each for `recycleAfter` jobs. */
export function createSeats(most: number, recycleAfter: number): Seats {
  const seats = new Set<Seat>()
  /** Sorted by what they hold. */
  const idle: Seat[] = []

  function take(fresh: boolean): Seat {
    for (let used = fresh ? undefined : idle.shift(); used !== undefined; used = idle.shift()) {
      if (used.child.alive()) return used
      seats.delete(used)
    }
    const seat = { child: startChild(), jobs: 0, held: 0 }
    seats.add(seat)
    return seat
  }

  async function giveBack(seat: Seat, outcome: Outcome, aborted: boolean): Promise<void> {
    seat.jobs += 1
    const worn = 'lost' in outcome || outcome.rss > MOST_HELD || seat.jobs >= recycleAfter
    if (worn || aborted || idle.length >= most) return end(seat)
    seat.held = outcome.rss
    idle.push(seat)
    idle.sort((a, b) => a.held - b.held)
  }

  async function end(seat: Seat): Promise<void> {
    await seat.child.end()
    seats.delete(seat)
  }

  async function endIdle(count: number = idle.length): Promise<void> {
    await Promise.all(idle.splice(idle.length - count).map(end))
  }

  return {
    idle: () => idle.map(({ held }) => held),
    take,
    giveBack,
    endIdle,
    pids: () => [...seats].flatMap(({ child }) => child.pid ?? []),
  }
}
