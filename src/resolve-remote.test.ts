import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { namespaceOf } from './ci-namespace.js'
import { OptionError } from './errors.js'
import { resolveOptions } from './resolve-options.js'

const secret = 'a-secret-of-the-tests-0123456789'
const base = { COMPRESS_FAST_CACHE_SECRET: secret }
const aws = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'aws-secret-of-the-tests' }

function remoteOf(remote: string | undefined, env: NodeJS.ProcessEnv = base) {
  const { cache } = resolveOptions(remote === undefined ? {} : { cache: { remote } }, env)
  return cache === false ? null : cache.remote
}

test.each<[string, NodeJS.ProcessEnv, string]>([
  ['a machine of a person', {}, 'main'],
  ['CI that says nothing', { CI: 'true' }, 'ci'],
  ['a push to main', { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'main' }, 'main'],
  [
    'a push to a protected branch',
    { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'v2', GITHUB_REF_PROTECTED: 'true' },
    'main',
  ],
  [
    'a push to a branch',
    { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'x' },
    'branch-2d711642b726b044',
  ],
  [
    'a pull request',
    {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_REF_NAME: '12/merge',
    },
    'pr-12',
  ],
  ['a merge request', { GITLAB_CI: 'true', CI_MERGE_REQUEST_IID: '3', CI_COMMIT_REF_NAME: 'main' }, 'pr-3'],
  [
    "GitLab's default branch",
    { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'trunk', CI_COMMIT_BRANCH: 'trunk', CI_DEFAULT_BRANCH: 'trunk' },
    'main',
  ],
  ['a pull request in Azure', { TF_BUILD: 'True', SYSTEM_PULLREQUEST_PULLREQUESTID: '5' }, 'pr-5'],
  ['no pull request in Travis', { TRAVIS: 'true', TRAVIS_PULL_REQUEST: 'false', TRAVIS_BRANCH: 'main' }, 'main'],
  ['a preview of Netlify', { NETLIFY: 'true', PULL_REQUEST: 'true', REVIEW_ID: '8' }, 'pr-8'],
  ['production of Vercel', { VERCEL: '1', VERCEL_ENV: 'production', VERCEL_GIT_COMMIT_REF: 'live' }, 'main'],
])('%s writes to %3$s', (_, env, namespace) => {
  expect(namespaceOf(env)).toBe(namespace)
})

test.each(['pull_request_target', 'issue_comment', 'workflow_run', 'merge_group'])(
  '%s does not pass for the main branch, whose name it has',
  (event) => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: event,
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_PROTECTED: 'true',
    }
    expect(namespaceOf(env)).toMatch(/^pr-[0-9a-f]{16}$/)
  },
)

test.each<[string, string, string]>([
  [
    's3://bucket/some/folder/',
    'https://s3.us-east-1.amazonaws.com',
    'https://bucket.s3.us-east-1.amazonaws.com/some/folder',
  ],
  ['s3://a.bucket?region=eu-central-1', '', 'https://s3.eu-central-1.amazonaws.com/a.bucket'],
  ['s3://bucket/x?endpoint=https://minio.example.com', '', 'https://minio.example.com/bucket/x'],
  ['s3://bucket/x?endpoint=https://r2.example.com&pathStyle=false', '', 'https://bucket.r2.example.com/x'],
])('%s', (remote, _, url) => {
  expect(remoteOf(remote, { ...base, ...aws })?.store).toMatchObject({ kind: 's3', url })
})

test('addresses of servers, and the environment that stands in', () => {
  expect(remoteOf('https://cache.example.com/team/')).toMatchObject({
    place: 'cache.example.com/team',
    namespace: 'main',
  })
  expect(remoteOf('https://cache.example.com/team/')?.store).toMatchObject({ url: 'https://cache.example.com/team' })
  expect(
    remoteOf(undefined, { ...base, COMPRESS_FAST_CACHE_REMOTE: 'redis://:pass-word@r.example.com:6379' })?.place,
  ).toBe('redis://r.example.com:6379')
  expect(remoteOf('https://cache.example.com', { COMPRESS_FAST_CACHE_REMOTE: 'off' })).toBeNull()
  expect(remoteOf(undefined, {})).toBeNull()
})

test('a pull request that gets no secrets does without', () => {
  const fork = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/4/merge' }
  expect(remoteOf('s3://bucket', fork)).toMatchObject({ secrets: [], namespace: 'pr-4' })
})

test.each<[string, NodeJS.ProcessEnv, string]>([
  ['https://cache.example.com', {}, 'needs a secret'],
  ['http://cache.example.com', base, 'only https is safe'],
  ['https://user:pass-word@cache.example.com', base, 'user name or password'],
  ['s3://bucket', base, 'needs credentials'],
  ['s3://bucket?endpoint=http://minio.example.com', { ...base, ...aws }, 'only https is safe'],
  ['s3://bucket?regoin=x', { ...base, ...aws }, 'Known: endpoint, region, pathStyle'],
  ['ftp://cache.example.com', base, 'begins with ftp:'],
  ['nowhere', base, 'is no address'],
  ['https://cache.example.com', { COMPRESS_FAST_CACHE_SECRET: 'pass-word' }, 'must be 16 to 512'],
  [
    'https://cache.example.com',
    { ...base, COMPRESS_FAST_CACHE_TOKEN: 'pass-word with spaces' },
    'COMPRESS_FAST_CACHE_TOKEN',
  ],
  ['https://cache.example.com', { ...base, COMPRESS_FAST_CACHE_NAMESPACE: '../main' }, 'COMPRESS_FAST_CACHE_NAMESPACE'],
])('%s is refused, and nothing secret shown', (remote, env, why) => {
  const refused = () => remoteOf(remote, env)
  expect(refused).toThrow(OptionError)
  expect(refused).toThrow(why)
  expect(refused).not.toThrow('pass-word')
})

test('what was resolved shows no secret', () => {
  const env = { ...base, ...aws, COMPRESS_FAST_CACHE_TOKEN: 'token-of-the-tests' }
  for (const remote of ['https://cache.example.com', 's3://bucket', 'redis://:pass-word@r.example.com']) {
    const shown = inspect(remoteOf(remote, env), { depth: 9 }) + JSON.stringify(remoteOf(remote, env))
    expect(shown).not.toMatch(/pass-word|of-the-tests/)
  }
})
