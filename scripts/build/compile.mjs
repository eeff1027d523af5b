// Compiles one package twice: dist/esm for import, dist/cjs for require.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { codeEntries, root } from './workspace.mjs';

const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config;

const layouts = {
  esm: {},
  // The sources are ES modules to Node, so that they compile to CommonJS only when Node's rules are not asked.
  cjs: { module: 'commonjs', moduleResolution: 'bundler', verbatimModuleSyntax: false },
};

/** @throws Error naming what does not compile */
export function compilePackage({ name, directory, manifest }) {
  for (const { subpath, target } of codeEntries(manifest)) {
    const source = target['@keyturn/source'];
    if (!existsSync(join(directory, source))) {
      throw new Error(`packages/${name} exports "${subpath}" from ${source}, which does not exist`);
    }
  }
  const roots = readdirSync(join(directory, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(directory, 'src', file));

  for (const [layout, options] of Object.entries(layouts)) {
    const outDir = join(directory, 'dist', layout);
    rmSync(outDir, { recursive: true, force: true });
    compile(roots, directory, { ...options, outDir });
  }
  writeCommonJsScope(directory, manifest);
}

function compile(roots, directory, options) {
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(
    {
      ...base.compilerOptions,
      rootDir: join(directory, 'src'),
      // Neighbours are seen as their users will see them: built, and through their exports.
      customConditions: [],
      // Sources are not packed, so maps carry them.
      inlineSources: true,
      declarationMap: false,
      noEmitOnError: true,
      ...options,
    },
    root,
  );
  const program = ts.createProgram(roots, compilerOptions);
  const found = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (found.length === 0) return;
  const unique = ts.sortAndDeduplicateDiagnostics(found);
  throw new Error(
    ts.formatDiagnostics(unique, {
      getCanonicalFileName: (file) => file,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    }),
  );
}

/** Makes dist/cjs CommonJS. A package.json ends the reach of the outer one's `imports`, so they are told again. */
function writeCommonJsScope(directory, manifest) {
  const cjs = join(directory, 'dist', 'cjs');
  const scope = { type: 'commonjs' };
  for (const [specifier, target] of Object.entries(manifest.imports ?? {})) {
    // Targets may not leave the folder, but the file they name may.
    const stub = join('imports', `${specifier.slice(1)}.cjs`);
    const wanted = relative(join(cjs, 'imports'), join(directory, target.require));
    mkdirSync(join(cjs, 'imports'), { recursive: true });
    writeFileSync(join(cjs, stub), `module.exports = require(${JSON.stringify(posix(wanted))});\n`);
    scope.imports = { ...scope.imports, [specifier]: `./${posix(stub)}` };
  }
  writeFileSync(join(cjs, 'package.json'), `${JSON.stringify(scope, null, 2)}\n`);
}

const posix = (path) => path.replaceAll('\\', '/');
