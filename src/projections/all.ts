/** Every read model of this product. */
import { archivesProjection } from './archives/archives.projection.js';
import { auditProjection } from './audit/audit.projection.js';
import { changeSetsProjection } from './change-sets/change-sets.projection.js';
import { draftsProjection } from './drafts/drafts.projection.js';
import { importsProjection } from './imports/imports.projection.js';
import { productsProjection } from './products/products.projection.js';
import type { Projection } from './projection.js';
import { usageProjection } from './usage/usage.projection.js';
import { vocabularyProjection } from './vocabulary/vocabulary.projection.js';
import { workspaceSettingsProjection } from './workspace-settings/workspace-settings.projection.js';

export const ALL_PROJECTIONS: readonly Projection[] = [
  draftsProjection,
  productsProjection,
  vocabularyProjection,
  changeSetsProjection,
  importsProjection,
  auditProjection,
  usageProjection,
  workspaceSettingsProjection,
  archivesProjection,
];
