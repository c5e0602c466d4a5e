/** The header that makes a browser save under a name (RFC 6266), with a plain name for readers that know no other. */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  if (plain === fileName) return `attachment; filename="${plain}"`
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, escapeByte)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
