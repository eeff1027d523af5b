// Stands in for the AWS SDK's reading of ~/.aws/config and ~/.aws/credentials in the Lambda bundles, which know no
// profiles and ask the environment alone. A function has no such files; looking for them takes time at a cold start.
export const CONFIG_PREFIX_SEPARATOR = '.';
export const loadSharedConfigFiles = () => Promise.resolve({ configFile: {}, credentialsFile: {} });
