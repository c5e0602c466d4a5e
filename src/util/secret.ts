import { inspect } from 'node:util'

/** A text that must not be shown. It gives itself away to nobody who does not ask for it by name. */
export interface Secret {
  /** The text itself, for the one place that needs it. */
  reveal(): string
  toString(): string
  toJSON(): string
}

const shown = '[secret]'

export function createSecret(text: string): Secret {
  const show = () => shown
  return Object.freeze({ reveal: () => text, toString: show, toJSON: show, [inspect.custom]: show })
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function'
}
