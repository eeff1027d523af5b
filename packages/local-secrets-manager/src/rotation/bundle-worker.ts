/**
 * The program that hosts a bundle in a process of its own: plain JavaScript that Node gets with `--eval`, so
 * that it is the same whether this package runs from source, from a build or inside a test runner.
 */
export const bundleWorker = `
import { pathToFileURL } from 'node:url';

const loaded = import(pathToFileURL(process.argv[1]).href).then((module) => {
  const handler = module.handler ?? module.default?.handler;
  if (typeof handler !== 'function') {
    throw Object.assign(new Error('the bundle does not export a function named handler'), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
});
loaded.catch(() => undefined);

process.on('message', async ({ id, event, context, timeoutMs }) => {
  const deadline = Date.now() + timeoutMs;
  try {
    const handler = await loaded;
    await handler(event, {
      ...context,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    process.send({ id, ok: true });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.send({ id, ok: false, type: name, message });
  }
});
process.on('disconnect', () => process.exit(0));
`;
