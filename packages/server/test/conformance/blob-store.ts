import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BlobStore, TooManyBytesError } from '../../dist/index.js'

/** A place for blobs, which outlives the store. */
export interface BlobPlace {
  /** Opens the store again, as after the death of a process. */
  open(): Promise<BlobStore>
  remove(): Promise<void>
}

const bytes = Buffer.from('some bytes that are worth keeping')
const many = 1_000_000

/** What every blob store promises. */
export function describeBlobStore(name: string, makePlace: () => Promise<BlobPlace>): void {
  describe(name, () => {
    let place: BlobPlace
    let blobs: BlobStore

    beforeEach(async () => {
      place = await makePlace()
      blobs = await place.open()
    })
    afterEach(() => place.remove())

    async function names(): Promise<string[]> {
      const all: string[] = []
      for await (const name of blobs.list()) all.push(name)
      return all.toSorted()
    }

    async function contents(of: string): Promise<Buffer | undefined> {
      const blob = await blobs.read(of)
      return blob && buffer(blob.stream)
    }

    test('what was written is read, by its size and digest, also by another process', async () => {
      const written = await blobs.write('input/a-1', Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]), many)
      expect(written).toEqual({ bytes: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') })
      blobs = await place.open()
      expect((await blobs.read('input/a-1'))?.bytes).toBe(bytes.length)
      expect(await contents('input/a-1')).toEqual(bytes)
      const file = await blobs.checkOut('input/a-1')
      expect(await readFile(file?.path ?? '')).toEqual(bytes)
      await file?.release()
      expect(await names()).toEqual(['input/a-1'])
    })

    test('what is not there is not found, and can be removed', async () => {
      expect(await blobs.read('input/none')).toBeUndefined()
      expect(await blobs.checkOut('input/none')).toBeUndefined()
      await blobs.remove('input/none')
      await expect(blobs.copy('input/none', 'output/none')).rejects.toThrow()
      expect(await names()).toEqual([])
    })

    test('a stream that breaks leaves nothing', async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield bytes
        throw new Error('the cable was cut')
      }
      await expect(blobs.write('input/b', broken(), many)).rejects.toThrow('the cable was cut')
      expect(await names()).toEqual([])
      expect(await blobs.read('input/b')).toBeUndefined()
    })

    test('a stream is read up to the limit, and left once it is past', async () => {
      let asked = 0
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          asked += 1
          yield bytes
        }
      }
      expect((await blobs.write('input/c', Readable.from([bytes]), bytes.length)).bytes).toBe(bytes.length)
      await expect(blobs.write('input/d', endless(), bytes.length * 3)).rejects.toThrow(TooManyBytesError)
      expect(asked).toBe(4)
      expect(await names()).toEqual(['input/c'])
    })

    test('a scratch file is adopted under a name, and what a dead process left is swept', async () => {
      const [kept, left] = [blobs.scratch(), blobs.scratch()]
      await writeFile(kept, bytes)
      await writeFile(left, bytes)
      await blobs.adopt(kept, 'output/e.1')
      blobs = await place.open()
      await blobs.sweep()
      expect(await contents('output/e.1')).toEqual(bytes)
      await expect(readFile(left)).rejects.toThrow('ENOENT')
      expect(await names()).toEqual(['output/e.1'])
    })

    test('a copy lives on when its source is removed', async () => {
      await blobs.write('input/f', Readable.from([bytes]), many)
      await blobs.copy('input/f', 'output/f.1')
      await blobs.copy('input/f', 'output/f.1')
      await blobs.remove('input/f')
      expect(await names()).toEqual(['output/f.1'])
      expect(await contents('output/f.1')).toEqual(bytes)
    })

    test.each(['../a', 'input/../../a', '/etc/passwd', 'a/b/c', 'A', '', 'input/.', 'input/..'])(
      '%j is no name',
      async (wrong) => {
        await expect((async () => blobs.write(wrong, Readable.from([bytes]), many))()).rejects.toThrow(TypeError)
        expect(await names()).toEqual([])
      },
    )
  })
}
