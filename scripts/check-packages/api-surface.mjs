// What a package exports, as text: one declaration after the other by name, without comments. Types that an exported
// one is made of count too, whether or not they have a name outside.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { codeEntries } from '../build/workspace.mjs';
import { replaceFile } from '../files/replace-file.cjs';

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
    replaceFile(committed, surface);
    return;
  }
  const before = existsSync(committed) ? readFileSync(committed, 'utf8') : undefined;
  if (before === surface) return;
  const now = join(scratch, `${found.name}-api-surface.txt`);
  replaceFile(now, surface);
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
  const surface = new Set();
  const sections = entries.map(({ subpath, file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    const exported = checker.getExportsOfModule(module).sort(byName);
    exported.forEach((symbol) => surface.add(originalOf(symbol, checker)));
    const lines = exported.flatMap((symbol) => describe(symbol, checker));
    return section(join(manifest.name, subpath).replaceAll('\\', '/'), lines);
  });
  const behind = reachable(surface, checker, directory).sort(byName);
  if (behind.length > 0) {
    const lines = behind.flatMap((symbol) => describe(symbol, checker));
    sections.push(section('not exported, but part of what is', lines));
  }
  return sections.join('\n');
}

const section = (title, lines) => `### ${title}\n\n${lines.join('\n')}\n`;

/** The types of this package that the given declarations mention, those that they mention in turn, and so on. */
function reachable(surface, checker, directory) {
  const own = realpathSync(directory) + sep;
  const seen = new Set(surface);
  const found = [];
  const visit = (node) => {
    const named = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : undefined;
    const symbol = named && checker.getSymbolAtLocation(named);
    if (symbol) add(originalOf(symbol, checker));
    ts.forEachChild(node, visit);
  };
  const add = (symbol) => {
    if (seen.has(symbol) || symbol.flags & ts.SymbolFlags.TypeParameter) return;
    seen.add(symbol);
    const [declaration] = symbol.declarations ?? [];
    if (!declaration || !realpathSync(declaration.getSourceFile().fileName).startsWith(own)) return;
    if (ts.isParameter(declaration)) return;
    found.push(symbol);
    symbol.declarations.forEach(visit);
  };
  surface.forEach((symbol) => symbol.declarations.forEach(visit));
  return found;
}

const originalOf = (symbol, checker) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function describe(symbol, checker) {
  const original = originalOf(symbol, checker);
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
