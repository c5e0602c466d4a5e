import { hash } from 'node:crypto'

/** Whose results everybody reads. */
export const trusted = 'main'

/** The variables of an environment; an empty one is one that is not set, as CI often spells it. */
type Read = (name: string) => string | undefined

/** What a build is of. */
interface Build {
  /** What tells its pull request from others, when it is of one. */
  readonly request?: string | undefined
  readonly branch?: string | undefined
  /** Whether only people with the right to do so put something on the branch. Else its name has to tell. */
  readonly isProtected?: boolean | undefined
}

/**
 * Whose results a build writes. `main` on the main or a protected branch, and on machines that are no CI; a namespace of
 * its own for a pull request, for another branch, and in CI that does not say what it builds: what it makes is not known
 * to be what `main` would make.
 */
export function namespaceOf(env: NodeJS.ProcessEnv): string {
  const read: Read = (name) => env[name]?.trim() || undefined
  const host = hosts.find(({ mark }) => isSet(read(mark)))
  if (!host) return isSet(read('CI')) ? 'ci' : trusted
  const { request, branch, isProtected } = host.look(read)
  if (request !== undefined) return `pr-${shortened(request)}`
  if (isProtected ?? (branch === 'main' || branch === 'master')) return trusted
  return branch === undefined ? 'ci' : `branch-${shortened(branch)}`
}

/** Whether a namespace is that of a pull request. */
export function isPullRequest(namespace: string): boolean {
  return namespace.startsWith('pr-')
}

/** Names of branches are anything; numbers of pull requests stay readable. */
function shortened(name: string): string {
  return /^\d{1,12}$/.test(name) ? name : hash('sha256', name).slice(0, 16)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== 'false' && value !== '0'
}

/** The hosts that say what they build, each by the variable that it alone sets. */
const hosts: readonly { readonly mark: string; readonly look: (read: Read) => Build }[] = [
  { mark: 'GITHUB_ACTIONS', look: github },
  {
    mark: 'GITLAB_CI',
    look: (read) => ({
      request: read('CI_MERGE_REQUEST_IID') ?? read('CI_EXTERNAL_PULL_REQUEST_IID'),
      branch: read('CI_COMMIT_REF_NAME'),
      isProtected: sameOrTrue(read('CI_COMMIT_BRANCH'), read('CI_DEFAULT_BRANCH'), read('CI_COMMIT_REF_PROTECTED')),
    }),
  },
  {
    mark: 'TF_BUILD',
    look: (read) => ({
      request:
        read('SYSTEM_PULLREQUEST_PULLREQUESTID') ?? (read('BUILD_REASON') === 'PullRequest' ? 'unknown' : undefined),
      branch: read('BUILD_SOURCEBRANCH')?.replace('refs/heads/', ''),
    }),
  },
  {
    mark: 'BITBUCKET_BUILD_NUMBER',
    look: (read) => ({ request: read('BITBUCKET_PR_ID'), branch: read('BITBUCKET_BRANCH') }),
  },
  {
    mark: 'CIRCLECI',
    look: (read) => ({
      request: read('CIRCLE_PR_NUMBER') ?? read('CIRCLE_PULL_REQUEST'),
      branch: read('CIRCLE_BRANCH'),
    }),
  },
  {
    mark: 'BUILDKITE',
    look: (read) => ({
      request: unlessFalse(read('BUILDKITE_PULL_REQUEST')),
      branch: read('BUILDKITE_BRANCH'),
      isProtected: sameOrTrue(read('BUILDKITE_BRANCH'), read('BUILDKITE_PIPELINE_DEFAULT_BRANCH'), undefined),
    }),
  },
  {
    mark: 'TRAVIS',
    look: (read) => ({ request: unlessFalse(read('TRAVIS_PULL_REQUEST')), branch: read('TRAVIS_BRANCH') }),
  },
  { mark: 'JENKINS_URL', look: (read) => ({ request: read('CHANGE_ID'), branch: read('BRANCH_NAME') }) },
  {
    mark: 'NETLIFY',
    look: (read) => ({
      request: isSet(read('PULL_REQUEST')) ? (read('REVIEW_ID') ?? read('BRANCH') ?? 'unknown') : undefined,
      branch: read('BRANCH'),
      isProtected: read('CONTEXT') === 'production',
    }),
  },
  {
    mark: 'VERCEL',
    look: (read) => ({
      request: read('VERCEL_GIT_PULL_REQUEST_ID'),
      branch: read('VERCEL_GIT_COMMIT_REF'),
      isProtected: read('VERCEL_ENV') === 'production',
    }),
  },
]

// What these run for is on the branch already. All others may work on what a stranger sent, some of them under the name of
// the main branch (`pull_request_target`, `issue_comment`, `workflow_run`).
const ownEvents = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'release'])

function github(read: Read): Build {
  const event = read('GITHUB_EVENT_NAME') ?? 'unknown'
  const branch = read('GITHUB_REF_NAME')
  const number = /^refs\/pull\/(\d+)\//.exec(read('GITHUB_REF') ?? '')?.[1]
  if (number !== undefined) return { request: number }
  if (!ownEvents.has(event)) return { request: `${event} ${read('GITHUB_HEAD_REF') ?? branch ?? ''}` }
  // Branches need no protection to be the main one, whose name the variables do not tell.
  return { branch, ...(read('GITHUB_REF_PROTECTED') === 'true' && { isProtected: true }) }
}

/** `undefined` where the host does not tell. */
function sameOrTrue(
  branch: string | undefined,
  main: string | undefined,
  isProtected: string | undefined,
): boolean | undefined {
  if (isProtected === 'true') return true
  return main === undefined ? undefined : branch === main
}

function unlessFalse(value: string | undefined): string | undefined {
  return isSet(value) ? value : undefined
}
