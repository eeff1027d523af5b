// Loads the TypeScript of one checkout as CommonJS, as often as wanted, within milliseconds.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';

/** The workspace's packages, by their sources: what node_modules links to may be another checkout. */
const PACKAGES = [
  [/^@keyturn\/core$/, 'packages/core/src/index.ts'],
  [/^@keyturn\/testkit\/(\w+)$/, 'packages/testkit/src/$1/index.ts'],
];

/** Compiled once per file; `require` runs a file once until the next `reload`. */
export function createLoader(root) {
  const compiled = new Map();
  let loaded = new Map();

  function compile(file) {
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      supported: { 'dynamic-import': false },
    });
    const wrapped = `(function (exports, require, module, __filename, __dirname) {${code}\n})`;
    return new Script(wrapped, { filename: file }).runInThisContext();
  }

  function resolve(specifier, from) {
    for (const [pattern, source] of PACKAGES) {
      if (pattern.test(specifier)) return join(root, specifier.replace(pattern, source));
    }
    if (!specifier.startsWith('.')) return undefined;
    const file = join(dirname(from), specifier.replace(/\.js$/, '.ts'));
    return existsSync(file) ? file : undefined;
  }

  function load(file) {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    if (!compiled.has(file)) compiled.set(file, compile(file));
    const native = createRequire(file);
    const require = (specifier) => {
      const source = resolve(specifier, file);
      return source === undefined ? native(specifier) : load(source);
    };
    compiled.get(file)(module.exports, require, module, file, dirname(file));
    return module.exports;
  }

  return {
    require: load,
    /** The next `require` runs every file anew. */
    reload: () => (loaded = new Map()),
    /** What `work` loads is of another copy, as with jest.isolateModulesAsync. */
    async isolated(work) {
      const outside = loaded;
      loaded = new Map();
      try {
        await work();
      } finally {
        loaded = outside;
      }
    },
  };
}
