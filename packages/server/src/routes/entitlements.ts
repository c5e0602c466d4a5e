import { json, type Route } from '../http/exchange.js'
import type { Service } from '../service.js'

/** The account's plan, of which there is one, and its credits. */
export function entitlementRoutes({ store }: Service): Route[] {
  return [
    {
      method: 'GET',
      path: '/compress/entitlements/me',
      async handle(_call, { accountId }) {
        const account = await store.account(accountId)
        return json(200, {
          userId: accountId,
          organizationId: accountId,
          planId: 'pro',
          planName: 'Self-hosted',
          accessDisplayName: account?.name ?? '',
          totalCredits: account?.available ?? 0,
          planCredits: account?.granted ?? 0,
          loyaltyCredits: 0,
          walletCredits: account?.available ?? 0,
          reservedCredits: account?.reserved ?? 0,
          source: 'self-hosted',
          tier: 'pro',
        })
      },
    },
  ]
}
