import { createId } from '../id.js'
import { createKey } from '../keys.js'
import { parseRange } from '../net/ranges.js'
import type { JobStore } from '../store/store.js'
import { readArguments, UsageError, wholeNumber } from './arguments.js'
import { withStore } from './store.js'

/** What an account starts with, as the public service gives to new ones. */
const FIRST_CREDITS = 500

/** `keys create`, `keys list` and `keys revoke`. They work beside a running server, which heeds them at once. */
export async function manageKeys([command, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, rest } = readArguments(args, env, ['data', 'name', 'credits', 'account', 'allow'])
  await withStore(values['data'], async (store) => {
    if (command === 'create') return create(store, values)
    if (command === 'list') return list(store)
    if (command === 'revoke') return revoke(store, rest[0])
    throw new UsageError('Say `keys create`, `keys list` or `keys revoke`.')
  })
}

async function create(store: JobStore, values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { name, credits, account, allow } = values
  if (name === undefined) throw new UsageError('`keys create` needs a --name.')
  const ranges = parseAllow(allow)
  const accountId = account ?? (await createAccount(store, name, credits))
  if ((await store.account(accountId)) === undefined) throw new UsageError(`There is no account ${accountId}.`)
  const { key, stored } = await createKey(store, { accountId, name, allow: ranges, now: Date.now() })
  console.log(`key      ${key}`)
  console.log(`id       ${stored.id}`)
  console.log(`account  ${accountId}`)
  console.error('The key is shown this once and cannot be shown again.')
}

async function createAccount(store: JobStore, name: string, credits: string | undefined): Promise<string> {
  const id = createId()
  const first = credits === undefined ? FIRST_CREDITS : wholeNumber('credits', credits, 0)
  await store.createAccount({ id, name, credits: first, now: Date.now() })
  return id
}

function parseAllow(text: string | undefined): string[] {
  const ranges = text?.split(',').map((range) => range.trim()) ?? []
  for (const range of ranges) {
    try {
      parseRange(range)
    } catch {
      throw new UsageError(`--allow takes addresses and CIDR ranges, not ${JSON.stringify(range)}.`)
    }
  }
  return ranges
}

async function list(store: JobStore): Promise<void> {
  const accounts = new Map((await store.accounts()).map((account) => [account.id, account]))
  for (const { id, accountId, name, revokedAt } of await store.keys()) {
    const credits = accounts.get(accountId)?.available ?? 0
    console.log(
      `${id}  ${revokedAt === null ? 'valid  ' : 'revoked'}  account ${accountId}  ${credits} credits  ${name}`,
    )
  }
}

async function revoke(store: JobStore, id: string | undefined): Promise<void> {
  if (id === undefined) throw new UsageError('`keys revoke` needs an id, as `keys list` shows them.')
  if (!(await store.revokeKey(id, Date.now()))) throw new UsageError(`There is no key ${id}.`)
  console.log(`revoked  ${id}`)
}
