/** All from the environment; the benchmark that starts this process sets it. */
const required = (key: string): string => {
  const value = process.env[key];
  if (!value) throw new Error(`${key} is not set`);
  return value;
};

export const settings = {
  port: Number(required('PORT')),
  databaseUrl: required('DATABASE_URL'),
  redis: { host: '127.0.0.1', port: Number(required('REDIS_PORT')) },
  /** Jobs of each kind at once. */
  concurrency: Number(required('CONCURRENCY')),
  poolSize: Number(required('DATABASE_POOL_SIZE')),
};
