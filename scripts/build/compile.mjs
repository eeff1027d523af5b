// Compiles one package twice: dist/esm for import, dist/cjs for require.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { codeEntries, root } from './workspace.mjs';

const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config;

// The sources are ES modules to Node, so that they compile to CommonJS only when Node's rules are not asked.
const commonJs = { module: 'commonjs', moduleResolution: 'bundler', verbatimModuleSyntax: false };

/** @throws Error naming what does not compile */
export function compilePackage(found) {
  const { name, directory, manifest } = found;
  for (const { subpath, target } of codeEntries(manifest)) {
    const source = target['@keyturn/source'];
    if (!existsSync(join(directory, source))) {
      throw new Error(`packages/${name} exports "${subpath}" from ${source}, which does not exist`);
    }
  }
  const roots = readdirSync(join(directory, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(directory, 'src', file));

  const esm = join(directory, 'dist', 'esm');
  rmSync(esm, { recursive: true, force: true });
  compile(roots, directory, { outDir: esm });

  const cjs = join(directory, 'dist', 'cjs');
  rmSync(cjs, { recursive: true, force: true });
  compile(roots, directory, { ...commonJs, outDir: cjs }, (file, text) => {
    ts.sys.writeFile(file, withoutSubpathImports(file, text, found));
  });
  writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');
}

function compile(roots, directory, options, writeFile) {
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
  const found = [
    ...ts.getPreEmitDiagnostics(program),
    ...program.emit(undefined, writeFile).diagnostics,
  ];
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

/**
 * The package.json of dist/cjs ends the reach of the outer one, and with it of `imports`, so that what they
 * stand for is written out.
 */
function withoutSubpathImports(file, text, { directory, manifest }) {
  return text.replaceAll(/(?<=\brequire\(")#[^"]+(?="\))/g, (specifier) => {
    const target = join(directory, manifest.imports[specifier].require);
    return relative(dirname(file), target).replaceAll('\\', '/');
  });
}
