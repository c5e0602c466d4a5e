import { createEngine } from '@compress-fast/engine'
import { BrokenAssetError, type Engine, type EngineAnswer, EngineUnavailableError } from 'unplugin-compress-fast'
import { describe, expect, test } from 'vitest'
import { type Files, fixture, forgetProcess } from '../site.js'
import { expectSmallerDocument } from './documents.js'
import { createSite, vites } from './harness.js'

const [{ load } = { load: () => import('vite') }] = vites

/** An engine that does with each file what the test says, and counts. */
function engineOf(answer: (bytes: Uint8Array) => Promise<EngineAnswer>): Engine & { runs: number } {
  return {
    id: 'test',
    version: '1',
    formats: ['jpeg', 'png', 'gif', 'webp', 'avif', 'svg'],
    runs: 0,
    compress(bytes) {
      this.runs++
      return answer(bytes)
    },
  }
}

async function sitePhotos(): Promise<Files> {
  return {
    'index.html': '<script type="module" src="./main.js"></script>',
    'main.js': `import a from './photo.jpg'; import b from './logo.png'; document.title = a + b`,
    'photo.jpg': await fixture('photo.jpg'),
    'logo.png': await fixture('logo-alpha.png'),
  }
}

const gain = (bytes: Uint8Array): EngineAnswer => ({ gain: true, bytes, quality: null })

describe('an engine of the user', () => {
  test.each<[string, (bytes: Uint8Array) => EngineAnswer | Promise<EngineAnswer>, string]>([
    ['nothing', () => gain(new Uint8Array()), 'it is empty'],
    ['half a file', (bytes) => gain(bytes.subarray(0, bytes.byteLength >> 1)), 'it cannot be read'],
    ['another picture', async () => gain(await fixture('tiny.png')), ''],
    ['text', () => gain(Buffer.from('error 500')), 'of no known type'],
    ['a picture without its transparency', async () => gain(await opaque(await fixture('logo-alpha.png'))), ''],
  ])('that answers with %s is refused, in the build after too', async (_, answer, why) => {
    const site = await createSite(await load(), await sitePhotos())
    const engine = engineOf(async (bytes) => answer(bytes))
    for (let builds = 1; builds <= 2; builds++) {
      const built = await site.build({ options: { engine }, expectWarnings: ['photo-', 'logo-', why] })
      expect(built.file(/logo/)).toEqual(await fixture('logo-alpha.png'))
      expect(built.report.assets.find((line) => line.path.includes('logo'))?.reason).toBe('result-rejected')
      expect(engine.runs).toBe(2 * builds)
      forgetProcess()
    }
  })

  test('that works on documents is refused where they say something else, and only there', async () => {
    const [leaflet, letter] = [await fixture('leaflet.pdf'), await fixture('letter.docx')]
    const site = await createSite(await load(), {
      'index.html': '',
      'public/leaflet.pdf': leaflet,
      'public/other.pdf': Buffer.concat([leaflet, Buffer.from('%\n')]),
      'public/letter.docx': letter,
    })
    const local = createEngine({ concurrency: 1 })
    const engine: Engine = {
      ...engineOf(async (bytes) => {
        const { bytes: smaller } = await local.compress(bytes)
        return gain(bytes.byteLength === leaflet.byteLength ? smaller : await fixture('document.pdf'))
      }),
      formats: ['pdf', 'docx'],
    }
    const built = await site.build({ options: { engine }, expectWarnings: ['other.pdf', 'it is pdf and not docx'] })
    await local.close()
    await expectSmallerDocument(built.file('leaflet.pdf'), leaflet)
    expect(built.file('letter.docx')).toEqual(letter)
    expect(Object.fromEntries(built.report.assets.map((line) => [line.path, line.reason]))).toEqual({
      'leaflet.pdf': null,
      'other.pdf': 'result-rejected',
      'letter.docx': 'result-rejected',
    })
  })

  test('that answers with more bytes changes nothing, and is not asked again', async () => {
    const site = await createSite(await load(), await sitePhotos())
    const engine = engineOf(async (bytes) => gain(Buffer.concat([bytes, Buffer.alloc(100)])))
    for (let builds = 1; builds <= 2; builds++) {
      const built = await site.build({ options: { engine } })
      expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
      expect(built.report.totals).toMatchObject({ compressed: 0, kept: 2 })
      expect(engine.runs).toBe(2)
      forgetProcess()
    }
  })

  test('that is out of order costs compression once, not for ever', async () => {
    const site = await createSite(await load(), await sitePhotos())
    let isDown = true
    const engine = engineOf(async (bytes) => {
      if (isDown) throw new EngineUnavailableError('the service does not answer.', { hint: 'Try later.' })
      return gain(await smaller(bytes))
    })
    const down = await site.build({ options: { engine }, expectWarnings: ['the service does not answer'] })
    expect(down.warnings).toHaveLength(1)
    expect(down.report.totals).toMatchObject({ compressed: 0, failed: 2 })
    isDown = false
    const up = await site.build({ options: { engine } })
    expect(up.report.totals).toMatchObject({ compressed: 2, failed: 0 })
    expect(up.files).toEqual(down.files)
  })

  test('that fails with one file fails with that file only', async () => {
    const site = await createSite(await load(), await sitePhotos())
    const engine = engineOf(async (bytes) => {
      if (bytes[0] === 0x89) throw new Error('no PNG today')
      return gain(await smaller(bytes))
    })
    const built = await site.build({ options: { engine }, expectWarnings: ['no PNG today'] })
    expect(built.report.totals).toMatchObject({ compressed: 1, failed: 1 })
    const failing = engineOf(async () => Promise.reject(new BrokenAssetError('it is broken.')))
    await expect(site.build({ options: { engine: failing, onError: 'fail' } })).rejects.toThrow('it is broken.')
  })

  test('does the work once for the same bytes under two names', async () => {
    const site = await createSite(await load(), {
      ...(await sitePhotos()),
      'public/copy.jpg': await fixture('photo.jpg'),
      'public/other.jpg': await fixture('photo.jpg'),
    })
    const engine = engineOf(async (bytes) => gain(await smaller(bytes)))
    const built = await site.build({ options: { engine } })
    expect(engine.runs).toBe(2)
    expect(built.file('copy.jpg')).toEqual(built.file(/photo/))
    expect(built.report.totals).toMatchObject({ compressed: 4, from: { engine: 2, memory: 2 } })
  })

  test('has another version: nothing of the old one is used, and names change', async () => {
    const site = await createSite(await load(), await sitePhotos())
    const one = engineOf(async (bytes) => gain(await smaller(bytes)))
    const two = { ...engineOf(async (bytes) => gain(await smaller(bytes))), version: '2' }
    const first = await site.build({ options: { engine: one } })
    const second = await site.build({ options: { engine: two } })
    expect(two.runs).toBe(2)
    expect(second.files).not.toEqual(first.files)
  })
})

async function smaller(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const image = sharp(bytes).keepIccProfile()
  return bytes[0] === 0x89 ? image.png({ palette: true }).toBuffer() : image.jpeg({ quality: 50 }).toBuffer()
}

async function opaque(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(bytes).flatten({ background: '#fff' }).png({ palette: true }).toBuffer()
}
