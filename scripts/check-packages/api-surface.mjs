// What a package exports, as text: one declaration after the other by name, without comments.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { codeEntries } from '../build/workspace.mjs';

const printer = ts.createPrinter({ removeComments: true });

/**
 * Compares a package's surface with the one in its api-surface.txt, or writes that file.
 *
 * @throws Error with the difference
 */
export function checkApiSurface(found, { update, scratch }) {
  const committed = join(found.directory, 'api-surface.txt');
  const surface = describeSurface(found);
  if (update) {
    writeFileSync(committed, surface);
    return;
  }
  const before = existsSync(committed) ? readFileSync(committed, 'utf8') : undefined;
  if (before === surface) return;
  const now = join(scratch, `${found.name}-api-surface.txt`);
  writeFileSync(now, surface);
  throw new Error(
    `What packages/${found.name} exports is not what its api-surface.txt says. If it is meant, write it down with\n` +
      '  npm run check:packages -- --update\n' +
      (before === undefined ? 'There is no such file yet.' : difference(committed, now)),
  );
}

function difference(before, now) {
  const args = ['diff', '--no-index', '--no-color', '--no-ext-diff', before, now];
  // git says with its exit status that there is a difference.
  return spawnSync('git', args, { encoding: 'utf8' }).stdout;
}

function describeSurface({ directory, manifest }) {
  const entries = codeEntries(manifest).map(({ subpath, target }) => ({
    subpath,
    file: join(directory, target.import.types),
  }));
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, skipLibCheck: true },
  );
  const checker = program.getTypeChecker();
  return entries
    .map(({ subpath, file }) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(file));
      const exported = checker.getExportsOfModule(module).sort(byName);
      const lines = exported.flatMap((symbol) => describe(symbol, checker));
      return `### ${join(manifest.name, subpath).replaceAll('\\', '/')}\n\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

function describe(symbol, checker) {
  const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return original.declarations.map((declaration) => {
    // A variable's declaration is only its name and type; the statement around it is what one would write.
    const statement = ts.isVariableDeclaration(declaration)
      ? declaration.parent.parent
      : declaration;
    const text = printer
      .printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile())
      .replace(/^export /, '')
      .replace(/^declare /, '');
    return original.name === symbol.name ? text : `/* as ${symbol.name} */ ${text}`;
  });
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);
