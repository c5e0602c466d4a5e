import type { OpenSession } from './host.js'

export function applyToCompiler(_compiler: unknown, _open: OpenSession): void {}
