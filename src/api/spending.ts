import { CreditsSpentError } from '../errors.js'

/** What a build may still spend. */
export interface Spending {
  /** Sets credits aside for an upload. @throws {CreditsSpentError} when the build may not spend that much more. */
  reserve(credits: number): void
  /** The upload was charged after all, or not: `actual` takes the place of what was set aside. */
  settle(reserved: number, actual: number): void
  /** Credits spent since the last call. What is set aside counts until it is known. */
  take(): number
  /** Whether one more upload may be sent again although it may have been paid already. */
  takeDoubt(): boolean
}

export interface SpendingLimits {
  readonly maxCredits: number
  readonly maxUncertain: number
}

export function createSpending({ maxCredits, maxUncertain }: SpendingLimits): Spending {
  let spent = 0
  let told = 0
  let doubts = 0
  return {
    reserve(credits) {
      if (spent + credits > maxCredits) {
        const message = `This build has spent ${spent} of the ${maxCredits} credits that it may spend, and the next file needs ${credits}.`
        throw new CreditsSpentError('CREDIT_LIMIT', message, {
          hint: 'The rest ships as it is, and the next build goes on with it. Raise `api.maxCredits` to do more at once.',
        })
      }
      spent += credits
    },
    settle(reserved, actual) {
      spent += actual - reserved
    },
    take() {
      const fresh = spent - told
      told = spent
      return fresh
    },
    takeDoubt: () => doubts < maxUncertain && ++doubts > 0,
  }
}
