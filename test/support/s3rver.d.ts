/** The part of s3rver that the tests use; it comes without types. */
declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http';

  export default class S3rver {
    constructor(options: {
      directory: string;
      silent: boolean;
      configureBuckets: { name: string; configs: string[] }[];
    });
    readonly store: {
      existsObject(bucket: string, key: string): Promise<boolean>;
      listObjects(bucket: string, options: { maxKeys: number }): Promise<{ objects: unknown[] }>;
    };
    configureBuckets(): Promise<void>;
    callback(): RequestListener;
  }
}
