import { ApiError } from '../errors.js'
import type { Route } from './exchange.js'

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/**
 * Finds the route for a method and a path, and what the path's `:names` stand for. The first that fits wins.
 * @throws {ApiError} when there is none.
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const patterns = routes.map((route) => ({ route, parts: route.path.split('/') }))
  return (method, path) => {
    const parts = path.split('/')
    const fitting = patterns.flatMap(({ route, parts: pattern }) => {
      const params = fit(pattern, parts)
      return params ? [{ route, params }] : []
    })
    const match = fitting.find(({ route }) => route.method === method || (method === 'HEAD' && route.method === 'GET'))
    if (match) return match
    if (fitting.length === 0) throw new ApiError('request.not_found', `There is nothing at ${JSON.stringify(path)}.`)
    const allow = [...new Set(fitting.map(({ route }) => route.method))].join(', ')
    throw new ApiError('request.method_not_allowed', `This address answers ${allow}.`, { allow })
  }
}

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (wanted.startsWith(':') && part !== '') params[wanted.slice(1)] = part
    else if (wanted !== part) return undefined
  }
  return params
}
