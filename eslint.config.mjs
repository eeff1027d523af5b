import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What Node offers everywhere, as far as the plain JavaScript of this repository uses it. */
const nodeGlobals = Object.fromEntries(
  [
    'AbortController',
    'AbortSignal',
    'Buffer',
    'URL',
    'clearInterval',
    'clearTimeout',
    'console',
    'fetch',
    'performance',
    'process',
    'setImmediate',
    'setInterval',
    'setTimeout',
    'structuredClone',
  ].map((name) => [name, 'readonly']),
);
const commonJsGlobals = Object.fromEntries(
  ['__dirname', '__filename', 'exports', 'module', 'require'].map((name) => [name, 'readonly']),
);

/** Rules that need no types; TypeScript itself covers the rest of this kind. */
const everywhere = {
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-eval': 'error',
  'no-unsafe-finally': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'max-lines': ['error', { max: 350 }],
};

const unusedAllowed = {
  argsIgnorePattern: '^_',
  varsIgnorePattern: '^_',
  caughtErrorsIgnorePattern: '^_',
  ignoreRestSiblings: true,
};

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '**/reports/', '**/.stryker-tmp/', '**/*.d.{c,m,}ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'plain JavaScript',
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { ecmaVersion: 2023, globals: nodeGlobals },
    rules: { ...everywhere, 'no-undef': 'error', 'no-unused-vars': ['error', unusedAllowed] },
  },
  {
    name: 'CommonJS',
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: commonJsGlobals },
  },
  {
    name: 'what jest loads before tests',
    files: ['scripts/jest/*.cjs'],
    languageOptions: { globals: { expect: 'readonly', globalThis: 'readonly' } },
  },
  {
    name: 'TypeScript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...everywhere,
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      // Gives what is derived from a table a name of its own in messages and editors.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', unusedAllowed],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Ports are objects of functions that use no `this`, and are taken apart freely.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      // A port's method is asynchronous by contract, whether or not an implementation has to wait.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'MetaProperty', message: 'Tests run as CommonJS, which has no import.meta.' },
      ],
    },
  },
  {
    name: 'sources that are shipped and speak only through ports',
    files: ['packages/{core,adapters-*}/src/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    name: 'commands, which print through one place that makes foreign text visible',
    files: ['packages/{cli,local-secrets-manager}/src/**/*.ts'],
    ignores: ['packages/cli/src/process-terminal.ts', 'packages/*/src/cli/print.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Print through the screen or print.ts.',
        })),
      ],
    },
  },
  {
    name: 'commands of keyturn, whose words become fit for a terminal in one folder',
    files: ['packages/cli/src/**/*.ts'],
    ignores: ['packages/cli/src/output/**', 'packages/cli/src/process-terminal.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Shown', property: 'own', message: 'Use show, which makes values visible.' },
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Print through the screen.',
        })),
      ],
    },
  },
  {
    name: 'tests',
    files: ['{packages,tools}/*/test/**/*.ts', 'scripts/test/**/*.ts'],
    rules: {
      // What tests read from replies, rows and JSON is asserted on, which is check enough.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
          message: 'A test runs always, with all others.',
        },
        { selector: 'MetaProperty', message: 'Tests run as CommonJS, which has no import.meta.' },
      ],
    },
  },
);
