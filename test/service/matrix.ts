import type { Route } from './fault-proxy.js'
import type { ChangeName, FaultName } from './faults.js'

/** What has to come of a file whose first request to an endpoint meets a fault. */
export interface Expected {
  /** `gain`, the reason for none, or the code of an error. */
  readonly outcome: string
  /** Requests to the endpoint. Of looks at the status it is the least: how many there are depends on the machine. */
  readonly requests: number
  /** Jobs that the server charged for, one credit each. */
  readonly credits: number
}

/** A part of the table: an endpoint, and what its faults lead to. */
export interface Column {
  readonly title: string
  readonly route: Route
  /** Whether the server says that it knows idempotency keys. */
  readonly knowsRepeats: boolean
  readonly expected: Readonly<Partial<Record<FaultName | ChangeName, Expected>>>
}

const plain = (outcome: string, requests: number, credits: number): Expected => ({ outcome, requests, credits })

function all<Name extends FaultName | ChangeName>(names: readonly Name[], expected: Expected) {
  return Object.fromEntries(names.map((name) => [name, expected])) as Record<Name, Expected>
}

/** The service never got to act, and says so or cannot have. */
const refusals = [
  'throttledSeconds',
  'throttledZero',
  'throttledFraction',
  'throttledDate',
  'throttledPast',
  'throttledNegative',
  'throttledGarbage',
  'throttledPlain',
  'error503',
  'error503Later',
] as const

/** The service acted, and the answer is lost. */
const lostAfter = [
  'resetAfter',
  'closeAfter',
  'truncatedAfter',
  'cutAfter',
  'chunkedAfter',
  'error500After',
  'packed200',
  'headers200',
] as const

/** The service did not act, which the client cannot know. */
const lostBefore = [
  'resetBefore',
  'resetAfterBody',
  'garbage',
  'error500',
  'error502',
  'error504',
  'html200',
  'empty200',
  'array200',
  'deep200',
  'proto200',
  'huge200',
  'silent',
  'slowQuestion',
  'slowAnswer',
] as const

const redirects = ['redirect301', 'redirect302', 'redirect307', 'redirect308', 'redirectHome'] as const
const finals = ['badRequest', 'tooLarge', 'unprocessable', 'teapot'] as const
const keyFaults = ['unauthorised', 'forbidden'] as const
const badIds = ['pathId', 'lineId', 'numberId', 'longId'] as const
const goodAnswers = ['slim', 'unknownStatus', 'running', 'noMetrics'] as const

const submitCommon = {
  ...all(refusals, plain('gain', 2, 1)),
  ...all([...redirects, 'notFound'], plain('SERVICE_UNAVAILABLE', 1, 0)),
  ...all([...finals, 'forbiddenJob', 'gone'], plain('JOB_REFUSED', 1, 0)),
  ...all(keyFaults, plain('KEY_REJECTED', 1, 0)),
  ...all(goodAnswers, plain('gain', 1, 1)),
  conflict: plain('gain', 2, 1),
  noCredits: plain('CREDITS_SPENT', 1, 0),
  throttledHour: plain('SERVICE_BUSY', 1, 0),
}

/** What does no harm is asked again, and only the last word of the server counts. */
const askedAgain = all([...refusals, ...lostAfter, ...lostBefore, ...redirects], plain('gain', 2, 1))

const paidAndKept = {
  ...all(finals, plain('JOB_LOST', 1, 1)),
  ...all(keyFaults, plain('KEY_REJECTED', 1, 1)),
  noCredits: plain('CREDITS_SPENT', 1, 1),
  throttledHour: plain('SERVICE_BUSY', 1, 1),
  // What is gone is paid for once more.
  ...all(['gone', 'forbiddenJob'], plain('gain', 2, 2)),
  ...all(['notFound', 'conflict'], plain('gain', 2, 1)),
}

/** All that may happen to a deletion is nobody's loss. */
const everyFault = [...refusals, ...lostAfter, ...lostBefore, ...redirects, ...finals, ...keyFaults] as const
const others = ['noCredits', 'throttledHour', 'gone', 'forbiddenJob', 'notFound', 'conflict'] as const

export const columns: readonly Column[] = [
  {
    title: 'submit, repeats known',
    route: 'submit',
    knowsRepeats: true,
    expected: { ...submitCommon, ...all([...lostAfter, ...lostBefore, ...badIds], plain('gain', 2, 1)) },
  },
  {
    title: 'submit, repeats unknown',
    route: 'submit',
    knowsRepeats: false,
    expected: {
      ...submitCommon,
      ...all([...lostAfter, ...badIds], plain('UPLOAD_UNCERTAIN', 1, 1)),
      ...all(lostBefore, plain('UPLOAD_UNCERTAIN', 1, 0)),
    },
  },
  {
    title: 'status',
    route: 'status',
    knowsRepeats: true,
    expected: {
      ...askedAgain,
      ...paidAndKept,
      ...all(['running', 'unknownStatus'], plain('gain', 2, 1)),
      ...all([...badIds, 'noMetrics'], plain('gain', 1, 1)),
      ...all(['failed', 'canceled', 'british'], plain('JOB_FAILED', 1, 1)),
      invalidFile: plain('broken-asset', 1, 1),
      noGain: plain('no-gain', 1, 1),
      otherBytes: plain('result-rejected', 1, 1),
    },
  },
  {
    title: 'download',
    route: 'download',
    knowsRepeats: true,
    expected: {
      ...askedAgain,
      ...paidAndKept,
      ...all(['largerFile', 'muchLargerFile', 'halfFile', 'flippedFile', 'otherType'], plain('gain', 2, 1)),
    },
  },
  {
    title: 'delete',
    route: 'delete',
    knowsRepeats: true,
    expected: all([...everyFault, ...others], plain('gain', 1, 1)),
  },
  {
    title: 'estimate',
    route: 'estimate',
    knowsRepeats: true,
    expected: {
      ...all([...everyFault, ...others], plain('gain', 1, 1)),
      ...all(keyFaults, plain('KEY_REJECTED', 1, 0)),
    },
  },
]
