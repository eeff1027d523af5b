/** What a local service is made of. The other services of the test kit use it too. */
export { errorReply, type Reply } from './reply.js';
export { regionIn } from './request.js';
export { listen, type HttpFront, type ListenOptions, type RequestHandler } from './server.js';
