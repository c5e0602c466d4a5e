import type { OpenSession } from './host.js'

export function setupEsbuild(_build: unknown, _open: OpenSession): void {}
