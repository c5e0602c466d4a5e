import type { OpenSession } from './host.js'

export function setupBun(_build: unknown, _open: OpenSession): void {}
