import type { OpenSession } from './host.js'

export function setupRsbuild(_api: unknown, _open: OpenSession): void {}
