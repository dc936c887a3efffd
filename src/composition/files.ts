/** Where uploads are kept: in PostgreSQL, or where FILES_URL says. */
import type { Settings } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import type { FileStore } from '../platform/files/file-store.js';
import { FolderFileStore } from '../platform/files/folder-file-store.js';
import { PostgresFileStore } from '../platform/files/postgres-file-store.js';
import { S3FileStore } from '../platform/files/s3-file-store.js';
import type { Lifecycle } from './lifecycle.js';

export function fileStoreOf(settings: Settings, database: Database, lifecycle: Lifecycle): FileStore {
  const place = settings.FILES_URL;
  if (place === null) return new PostgresFileStore(database);
  if (place.kind === 'folder') return new FolderFileStore(place.path);
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const files = new S3FileStore({
    bucket: place.bucket,
    prefix: place.prefix,
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    pathStyle: settings.S3_PATH_STYLE,
    credentials: accessKeyId !== null && secretAccessKey !== null ? { accessKeyId, secretAccessKey } : null,
  });
  lifecycle.started('file store', async () => files.close());
  return files;
}
