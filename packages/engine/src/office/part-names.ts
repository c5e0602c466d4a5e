export type PictureFormat = 'jpeg' | 'png' | 'gif'

const byExtension: Readonly<Record<string, PictureFormat>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  png: 'png',
  gif: 'gif',
}

/** Pictures that documents show, and the preview that file managers show. */
const mediaName = /(?:(?:^|\/)media\/[^/]+|^docProps\/thumbnail)\.(\w+)$/i

/** The format of a part that may be encoded anew, by its name; `null` for every other part. */
export function pictureFormat(name: string): PictureFormat | null {
  const extension = mediaName.exec(name)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(byExtension, extension) ? (byExtension[extension] ?? null) : null
}

const embeddedName = /(?:^|\/)embeddings\/[^/]+\.(?:doc[xm]|dot[xm]|ppt[xm]|pot[xm]|pps[xm]|xls[xmb]|xlt[xm])$/i

/** Whether a part is meant to be a document of its own, as the data behind a chart is. */
export function isEmbeddedPackage(name: string): boolean {
  return embeddedName.test(name)
}
