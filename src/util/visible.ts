// Control characters but for the line feed, and those that turn the direction of what follows (Unicode TR 36, 3.2).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const invisible = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** Text without what could make it look like another one: names of files are anybody's. */
export function visible(text: string): string {
  return text.replace(invisible, '\uFFFD')
}
