/**
 * What a browser decodes of files: every frame of an animation as size, microseconds and a digest of its pixels. Runs in
 * the page.
 *
 * @param {readonly { type: string, base64: string }[]} files
 * @returns {Promise<string[][]>}
 */
export async function decodedImages(files) {
  /** @param {CanvasImageSource} image @param {number} width @param {number} height */
  async function describe(image, width, height) {
    const canvas = new OffscreenCanvas(width, height).getContext('2d')
    canvas.drawImage(image, 0, 0)
    const digest = await crypto.subtle.digest('SHA-256', canvas.getImageData(0, 0, width, height).data)
    return `${width}×${height} ${new Uint8Array(digest).slice(0, 8)}`
  }

  /** Icons are decoded in elements only. @param {string} source */
  async function describeIcon(source) {
    const image = new Image()
    image.src = source
    await image.decode()
    return [await describe(image, image.naturalWidth, image.naturalHeight)]
  }

  const found = []
  for (const { type, base64 } of files) {
    if (!(await ImageDecoder.isTypeSupported(type))) {
      found.push(await describeIcon(`data:${type};base64,${base64}`))
      continue
    }
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const decoder = new ImageDecoder({ data, type })
    await decoder.tracks.ready
    await decoder.completed
    const frames = []
    for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
      const { image } = await decoder.decode({ frameIndex })
      frames.push(`${await describe(image, image.displayWidth, image.displayHeight)} ${image.duration}`)
    }
    found.push(frames)
  }
  return found
}
