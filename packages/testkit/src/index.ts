export * from './secrets-manager/index.js';
