// Stands in for reflect-metadata in the Lambda bundles. tsyringe refuses to load without it, but asks it only about
// decorated classes, and the bundles have none: the composition root registers factories.
Reflect.getMetadata ??= () => undefined;
Reflect.getOwnMetadata ??= () => undefined;
Reflect.defineMetadata ??= () => undefined;
