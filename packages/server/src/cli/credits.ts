import { readArguments, UsageError, wholeNumber } from './arguments.js'
import { withStore } from './store.js'

/** `credits grant`: gives an account more credits. */
export async function manageCredits([command, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = readArguments(args, env, ['data', 'account', 'credits'])
  const { account, credits } = values
  if (command !== 'grant' || account === undefined || credits === undefined) {
    throw new UsageError('Say `credits grant --account ID --credits N`.')
  }
  const given = wholeNumber('credits', credits, 1)
  await withStore(values['data'], async (store) => {
    if (!(await store.grant(account, given, Date.now()))) throw new UsageError(`There is no account ${account}.`)
    console.log(`available  ${(await store.account(account))?.available}`)
  })
}
