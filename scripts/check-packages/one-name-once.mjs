// No two packages may give one name to two types: an import from the wrong one compiles, or fails far from its cause.
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { codeEntries } from '../build/workspace.mjs';

const TYPES =
  ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class | ts.SymbolFlags.Enum;

/**
 * A type that a package hands on from another one is the same type, and allowed.
 *
 * @param {{ name: string, directory: string, manifest: object }[]} packages built
 * @throws Error with every name that stands for several types, and the packages that declare them
 */
export function checkNamesAreUnique(packages) {
  const homes = packages.map(({ name, directory }) => [name, realpathSync(directory) + sep]);
  const files = packages.flatMap(({ directory, manifest }) =>
    codeEntries(manifest).map(({ target }) => join(directory, target.import.types)),
  );
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    // Names are all that is asked for.
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const packagesByName = new Map();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing: npm run build comes first`);
    for (const exported of checker.getExportsOfModule(module)) {
      const declared =
        exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (!(declared.flags & TYPES)) continue;
      const home = homeOf(declared, homes);
      if (home === undefined) continue;
      packagesByName.set(exported.name, (packagesByName.get(exported.name) ?? new Set()).add(home));
    }
  }
  const twice = [...packagesByName].filter(([, declaring]) => declaring.size > 1);
  if (twice.length === 0) return;
  const lines = twice.map(([name, declaring]) => `${name}: ${[...declaring].sort().join(', ')}`);
  throw new Error(
    `Types of one name in several packages; rename all but one:\n${lines.sort().join('\n')}`,
  );
}

function homeOf(symbol, homes) {
  const file = realpathSync(symbol.declarations[0].getSourceFile().fileName);
  return homes.find(([, folder]) => file.startsWith(folder))?.[0];
}
