// What webpack and Rspack have in common, as far as it is used here. Their own types differ where their objects do not.

export interface Compiler {
  readonly context: string
  readonly outputPath: string
  readonly outputFileSystem: unknown
  readonly watchMode: boolean
  /** The compiler that this one helps; itself where it helps none. */
  readonly root: object
  readonly options: {
    readonly mode?: string | undefined
    readonly cache?: Cache | undefined
    /** Rspack 1 has its cache on disk here. */
    readonly experiments?: object | undefined
    readonly output: { readonly assetModuleFilename?: AssetName | undefined; hashSalt?: string | undefined }
    readonly module: {
      rules: unknown[]
      /** By type of module. */
      readonly generator?: object | undefined
    }
    readonly infrastructureLogging?: Logging | undefined
    readonly plugins?: readonly unknown[] | undefined
  }
  readonly hooks: {
    readonly thisCompilation: { tap(name: string, run: (compilation: Compilation) => void): void }
    readonly compilation: { tap(name: string, run: (compilation: Compilation, params: Params) => void): void }
    readonly finishMake: { tapPromise(name: string, run: (compilation: Compilation) => Promise<void>): void }
    readonly afterEmit: { tapPromise(options: Tap, run: (compilation: Compilation) => Promise<void>): void }
    readonly done: {
      readonly taps: readonly { readonly name: string }[]
      tapPromise(options: Tap, run: (stats: Stats) => Promise<void>): void
    }
    readonly shutdown: { tap(name: string, run: () => void): void }
  }
  readonly webpack: {
    readonly sources: { readonly RawSource: new (bytes: Buffer) => object }
    /** Rspack only. */
    readonly rspackVersion?: string | undefined
  }
  getInfrastructureLogger(name: string): { info(message: string): void; warn(message: string): void }
}

/** Whether and where the bundler keeps what it made. */
export type Cache = boolean | { readonly type?: string; version?: string }

interface Logging {
  readonly level?: unknown
  readonly stream?: (NodeJS.WritableStream & { readonly isTTY?: boolean | undefined }) | undefined
  readonly console?: unknown
}

interface Params {
  readonly normalModuleFactory: ModuleFactory
}

interface Stats {
  readonly compilation: Compilation
}

interface Tap {
  readonly name: string
  readonly stage: number
}

/** The name of an asset module: a pattern, or a function that gives one. */
export type AssetName = string | ((...facts: never[]) => string)

export interface Compilation {
  readonly assets: Readonly<Record<string, unknown>>
  readonly modules: Iterable<Module>
  /** Modules that were made in this very compilation, and not taken from the bundler's cache. */
  readonly builtModules: { has(module: Module): boolean }
  /** Compilations of plugins that compile on their own, such as that of a page's template. */
  readonly children: readonly Compilation[]
  readonly compiler: Compiler
  readonly moduleGraph: {
    getIssuer(module: Module): Module | null | undefined
    getIncomingConnections(module: Module): Iterable<Connection>
  }
  readonly warnings: { push(warning: Error): unknown }
  readonly errors: { push(error: Error): unknown }
  readonly hooks: {
    readonly processAssets: { tapPromise(options: Tap, run: () => Promise<void>): void }
  }
  getAsset(name: string): { readonly source: { source(): string | Buffer }; readonly info: AssetInfo } | undefined
  updateAsset(name: string, source: object, info: { readonly minimized: true }): void
  rebuildModule(module: Module, done: (error?: Error | null) => void): void
  getAssetPath(name: AssetName, facts: Readonly<Record<string, unknown>>): string
}

/** An import of a module. */
interface Connection {
  /** The module that holds it. */
  readonly originModule?: Module | null | undefined
  readonly dependency: { readonly type: string } | null
  /** Whether it comes to anything. Not in Rspack 1. */
  readonly getActiveState?: ((runtime: undefined) => unknown) | undefined
}

/** What is known of an output file besides its bytes. */
export interface AssetInfo {
  readonly minimized?: boolean | undefined
  /** Whether it was copied as it is, and never was a module. */
  readonly copied?: boolean | undefined
  readonly sourceFilename?: string | undefined
}

export interface Module {
  readonly type: string
  readonly resource?: string | undefined
  readonly matchResource?: string | undefined
  identifier(): string
  /** Notes that the bundler keeps with the module, also in its cache on disk. */
  readonly buildInfo?: Record<string, unknown> | undefined
  /** webpack only. */
  readonly generatorOptions?: { readonly filename?: AssetName | undefined } | undefined
}

export interface ModuleFactory {
  readonly hooks: { readonly beforeResolve: { tap(name: string, run: (data: ResolveData) => void): void } }
}

/** An import that is about to be resolved. */
export interface ResolveData {
  request: string
  readonly contextInfo?: { readonly issuer?: string | undefined } | undefined
}
