import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModule, scriptUrl } from './support/run-module.js';

const manifest = {
  exports: { '.': { import: { types: './index.d.ts' } }, './package.json': './package.json' },
};

describe('the names of public types', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keyturn-names-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function check(types: Readonly<Record<string, string>>): string {
    const packages = Object.entries(types).map(([name, text]) => {
      const directory = join(folder, name);
      mkdirSync(directory);
      writeFileSync(join(directory, 'index.d.ts'), text);
      return { name, directory, manifest };
    });
    const code = `
      import { checkNamesAreUnique } from '${scriptUrl('check-packages/one-name-once.mjs')}';
      try { checkNamesAreUnique(input); output('unique'); } catch (error) { output(error.message); }
    `;
    return runModule(code, packages) as string;
  }

  it.each([
    ['two interfaces', 'export interface Event { a: 1 }', 'export interface Event { b: 1 }'],
    ['an interface and an alias', 'export interface Event { a: 1 }', 'export type Event = string;'],
    ['two classes', 'export declare class Event {}', 'export declare class Event {}'],
    [
      'a new name',
      'export interface Event { a: 1 }',
      'interface E { b: 1 }\nexport type { E as Event };',
    ],
  ])('are refused for %s', (_, one, other) => {
    expect(check({ one, other })).toContain('Event: one, other');
  });

  it.each([
    [
      'a type that is handed on',
      'export interface Event { a: 1 }',
      "export type { Event } from '../one/index.js';",
    ],
    ['different names', 'export interface Event { a: 1 }', 'export interface Request { a: 1 }'],
    [
      'functions, which nobody confuses silently',
      'export declare function f(): 1;',
      'export declare function f(): 2;',
    ],
    [
      'what is not exported',
      'export interface Event { a: 1 }',
      'interface Event { b: 1 }\nexport type Other = Event;\nexport {};',
    ],
  ])('are fine for %s', (_, one, other) => {
    expect(check({ one, other })).toBe('unique');
  });

  it('are not looked for where nothing was built', () => {
    expect(check({ one: '' })).toContain('npm run build comes first');
  });
});
