import ipaddr from 'ipaddr.js'
import { ApiError } from '../errors.js'
import type { Webhook, WebhookEvent } from '../jobs/job.js'
import { portOf } from '../net/request.js'
import type { Network } from '../resolve-options.js'

const LONGEST_URL = 2048
const SECRET_LENGTHS = [16, 256] as const
const events: readonly WebhookEvent[] = ['succeeded', 'failed']

/** Where webhooks may be. */
type WebhookNetwork = Pick<Network, 'allowHttp' | 'ports'>

/** @throws {ApiError} unless there is neither an address nor a secret, or both are what they should be. */
export function parseWebhook(
  url: string | undefined,
  secret: string | undefined,
  wanted: string | undefined,
  network: WebhookNetwork,
): Webhook | null {
  if (url === undefined) {
    if (secret === undefined) return null
    throw new ApiError('webhook.invalid_url', '`webhookSecret` came without a `webhookUrl`.')
  }
  const problem = urlProblem(url, network)
  if (problem) throw new ApiError('webhook.invalid_url', `\`webhookUrl\` ${problem}.`)
  const [least, most] = SECRET_LENGTHS
  if (secret === undefined || secret.length < least || secret.length > most) {
    throw new ApiError('webhook.invalid_secret', `\`webhookSecret\` must have ${least} to ${most} characters.`)
  }
  return { url, secret, events: parseEvents(wanted) }
}

function urlProblem(text: string, { allowHttp, ports }: WebhookNetwork): string | undefined {
  if (text.length > LONGEST_URL) return `has more than ${LONGEST_URL} characters`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return 'is no address'
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'must begin with https://'
  if (!ports.has(portOf(url))) return `must have port ${[...ports].join(' or ')}`
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(host)) return 'must have a host name, not an IP address'
  if (/(^|\.)(local|internal|localhost)\.?$/.test(host)) return 'must not name a private host'
  return undefined
}

function parseEvents(text: string | undefined): WebhookEvent[] {
  if (text === undefined) return [...events]
  return text.split(',').map((part) => {
    const event = events.find((known) => known === part.trim())
    if (event) return event
    throw new ApiError('webhook.invalid_events', `\`webhookEvents\` is a list of ${events.join(' and ')}.`)
  })
}
